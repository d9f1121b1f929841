"""Made-up MCP entries: with secrets, and clean. Token-shaped strings are put together at run time, from a fixed seed."""

import base64
import random
import string

BASE62 = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
FAKE = "fake-not-a-secret"


class Tokens:
    """Random texts that are the same in every run."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def made(self, length, alphabet=BASE62):
        return "".join(self.random.choices(alphabet, k=length))

    def known(self):
        """One token of each known shape."""
        word = self.made
        upper = string.ascii_uppercase + string.digits
        return [
            "sk" + "-" + word(48),
            "sk" + "-proj-" + word(60),
            "sk" + "-ant-api03-" + word(90),
            "sk" + "_live_" + word(24),
            "gh" + "p_" + word(36),
            "gh" + "o_" + word(36),
            "github" + "_pat_" + word(22) + "_" + word(59),
            "gl" + "pat-" + word(20),
            "xo" + "xb-" + word(12, string.digits) + "-" + word(12, string.digits) + "-" + word(24),
            "AK" + "IA" + word(16, upper),
            "AI" + "za" + word(35),
            "GOC" + "SPX-" + word(28),
            "ey" + "J" + word(30) + ".ey" + "J" + word(60) + "." + word(43),
            "hf" + "_" + word(34),
            "np" + "m_" + word(36),
            "S" + "G." + word(22) + "." + word(43),
            "AT" + "ATT3x" + word(60),
            "lin" + "_api_" + word(40),
            "nt" + "n_" + word(46),
            "figd" + "_" + word(40),
            "tv" + "ly-" + word(32),
            "fc" + "-" + word(32, HEX),
            "gs" + "k_" + word(52),
            "dckr" + "_pat_" + word(27),
        ]


NAMES = [
    *("API_TOKEN", "GITHUB_TOKEN", "GITHUB_PERSONAL_ACCESS_TOKEN", "GITLAB_PAT", "OPENAI_API_KEY", "apiKey", "BRAVE_API_KEY"),
    *("DB_PASSWORD", "PGPASSWORD", "MYSQL_PWD", "SMTP_PASS", "REDIS_PASSWD", "CLIENT_SECRET", "clientSecret", "SLACK_SIGNING_SECRET"),
    *("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "STRIPE_KEY", "PRIVATE_KEY", "JWT_SECRET", "ENCRYPTION_KEY", "LICENSE_KEY"),
    *("SESSION_COOKIE", "SESSION_ID", "SSH_PASSPHRASE", "WEBHOOK_URL", "AUTH", "npm_config__authToken", "TOKEN_NOTION", "BOT_TOKEN"),
]
HEADERS = [
    *("X-API-Key", "X-Auth-Token", "PRIVATE-TOKEN", "Cookie", "Ocp-Apim-Subscription-Key", "api-key", "X-Goog-Api-Key", "X-Session-Id"),
]


def with_secrets():
    """Pairs of an entry and the values in it that are secrets."""
    made = Tokens(7)
    word = made.made
    out = [({"env": {"SOME_SETTING": token}}, {token}) for token in made.known()]
    out += [({"env": {name: FAKE, "MODE": "prod"}}, {FAKE}) for name in NAMES]
    out += [({"headers": {name: FAKE, "X-Team": "équipe"}}, {FAKE}) for name in HEADERS]
    basic = base64.b64encode(b"made-up:" + word(12).encode()).decode()
    for scheme, value in (("Bearer", FAKE), ("bearer", word(24)), ("Basic", basic), ("token", FAKE), ("ApiKey", FAKE)):
        out.append(({"headers": {"Authorization": f"{scheme} {value}"}}, {value}))
    out.append(({"headers": {"Proxy-Authorization": FAKE}}, {FAKE}))
    for arguments in (
        ["--token", FAKE],
        ["--api-key", FAKE, "--verbose"],
        [f"--api-key={FAKE}"],
        ["--access-token=" + FAKE],
        ["--password", "hunter2"],
        ["-e", f"API_KEY={FAKE}", "ghcr.io/example/server:1.2"],
        ["run", "--env", f"DB_PASSWORD={FAKE}"],
        ["run", f"--env=DB_PASSWORD={FAKE}"],
        ["-H", f"Authorization: Bearer {FAKE}"],
        ["mcp-remote", "https://mcp.example.com/sse", "--header", f"Authorization:Bearer {FAKE}"],
        ["--header", f"X-API-Key: {FAKE}"],
        [f"--header=X-API-Key: {FAKE}"],
        [f"API_KEY={FAKE}", "npx", "server"],
        ["-c", f"curl -s -H 'Authorization: Bearer {FAKE}' https://api.example.com"],
        ["-c", f"API_TOKEN={FAKE} npx -y @example/server"],
        ["-c", f"server --root /srv --token {FAKE}"],
        ["--client-secret", FAKE],
        ["--auth-token", FAKE],
        ["--secret-key", FAKE],
        ["--accessKey", FAKE],
    ):
        out.append(({"args": arguments}, {"hunter2"} if "hunter2" in arguments else {FAKE}))
    for url in (
        "https://me:{}@mcp.example.com/sse",
        "https://mcp.example.com/sse?api_key={}",
        "https://mcp.example.com/sse?team=a&token={}&mode=b",
        "https://mcp.example.com/sse?apikey={}#top",
        "https://mcp.example.com/cb#access_token={}",
        "https://example.blob.core.windows.net/c?sv=2024-01-01&sig={}",
        "wss://mcp.example.com/?key={}",
    ):
        out.append(({"url": url.format(FAKE)}, {FAKE}))
    path = word(40)
    out.append(({"url": f"https://mcp.example.com/api/mcp/s/{path}/mcp"}, {path}))
    out.append(({"args": [f"postgres://app:{FAKE}/x@db.example.com:5432/app"]}, {f"{FAKE}/x"}))
    out.append(({"env": {"DATABASE_URL": f"mysql://app:{FAKE}@db/app?ssl=true"}}, {FAKE}))
    out.append(({"env": {"CONNECTION": f"Server=tcp:db,1433;User Id=app;Password={FAKE};Encrypt=true"}}, {FAKE}))
    out.append(({"env": {"HEADERS_JSON": f'{{"Authorization": "Bearer {FAKE}", "Version": "2022-06-28"}}'}}, {FAKE}))
    out.append(({"env": {"JAVA_OPTS": f"-Xmx1g -Djavax.net.ssl.keyStorePassword={FAKE}"}}, {FAKE}))
    out.append(({"oauth": {"clientId": "example-client", "client_secret": FAKE}}, {FAKE}))
    out.append(({"oauth": {"clientId": "example-client", "clientSecret": FAKE}}, {FAKE}))
    pem = "-----BEGIN RSA PRIVATE" + " KEY-----\n" + word(64) + "\n-----END RSA PRIVATE" + " KEY-----"
    out.append(({"env": {"SERVICE_CONFIG": pem}}, {pem}))
    hexed = word(64, HEX)
    out.append(({"env": {"VALUE": hexed}}, {hexed}))
    mixed = word(32)
    out.append(({"args": ["server", mixed]}, {mixed}))
    return out


CLEAN_ENV = {
    "MODE": "prod",
    "WORKDIR": "/srv/x",
    "A": "1",
    "NODE_ENV": "production",
    "LOG_LEVEL": "debug",
    "TOKENIZERS_PARALLELISM": "false",
    "MAX_TOKENS": "4096",
    "AUTH_MODE": "oauth",
    "KEY_PATH": "/x",
    "PASSWORD_FILE": "/run/secrets/db",
    "PUBLIC_KEY": "ssh-ed25519 team",
    "KEYBOARD_LAYOUT": "us",
    "MONKEY": "capuchin",
    "PWD": "/home/me/project",
    "AWS_REGION": "eu-central-1",
    "AWS_PROFILE": "development",
    "GOOGLE_APPLICATION_CREDENTIALS": "/home/me/.config/gcloud/service-account.json",
    "SSH_PRIVATE_KEY": "~/.ssh/id_ed25519",
    "OPENAI_API_KEY": "your-api-key",
    "GITHUB_TOKEN": "<token>",
    "BRAVE_API_KEY": "YOUR_API_KEY_HERE",
    "API_KEY": "changeme",
    "SECRET": "xxx",
    "TOKEN": "",
    "AUTH": "none",
    "USE_AUTH": "true",
    "TOKEN_LIMIT": "1000",
    "TOKEN_URL": "https://login.example.com/oauth2/token",
    "OAUTH_CLIENT_ID": "example-client.apps.example.com",
    "PROJECT_ID": "123e4567-e89b-12d3-a456-426614174000",
    "WORKSPACE": "123e4567-e89b-12d3-a456-426614174000",
    "GIT_COMMIT": "9fceb02d0ae598e95dc970b74767f19372d61af8",
    "IMAGE_DIGEST": "sha256:" + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "MODEL": "Qwen3-Coder-480B-A35B-Instruct-FP8-Dynamic",
    "EMBEDDINGS": "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    "OPENAI_BASE_URL": "https://openrouter.example.com/api/v1",
    "HTTPS_PROXY": "http://proxy.example.com:3128",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
    "NODE_OPTIONS": "--max-old-space-size=4096",
    "ALLOWED_DIRECTORIES": "/srv/données,/home/me/Documents/ProjectNumber2024Archive",
    "GLOB": "src/**/*.{ts,tsx}",
    "DATABASE_URL": "postgresql://localhost:5432/app",
    "SESSION_NAME": "main",
    "PASSWORD_STORE": "keychain",
    "SORT_KEY": "createdAt",
    "CACHE_KEY_PREFIX": "example",
    "HOST": "my-service-6tlg2x5aqa-uc.a.run.app",
    "TZ": "America/Argentina/Buenos_Aires",
}
CLEAN_HEADERS = {
    "X-Team": "équipe",
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "User-Agent": "ExampleClient/1.22.333 (Linux x86_64)",
    "X-Request-Id": "123e4567-e89b-12d3-a456-426614174000",
    "Notion-Version": "2022-06-28",
    "X-Auth-Mode": "oauth",
    "Authorization": "Bearer",
}
CLEAN_ARGS = [
    ["--root", "/srv/data"],
    ["-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/home/me/Documents"],
    ["run", "-i", "--rm", "-e", "GITHUB_PERSONAL_ACCESS_TOKEN", "ghcr.io/github/github-mcp-server"],
    ["run", "ghcr.io/example/server@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ["--from", "git+https://github.com/example/server@9fceb02d0ae598e95dc970b74767f19372d61af8", "server"],
    ["mcp-remote", "https://mcp.example.com/sse", "--transport", "http-only"],
    ["--model", "claude-3-5-sonnet-20241022", "--max-tokens", "4096"],
    ["--token-file", "/run/secrets/token", "--auth-type", "oauth"],
    ["--no-auth", "server", "--use-token", "server"],
    ["--project-id=123e4567-e89b-12d3-a456-426614174000"],
    ["-m", "mcp_server_git", "--repository", "/home/me/src/a-very-long-name-of-a-repository-2024"],
    ["--label", "key=team", "--user", "1000:1000"],
    ["auth-token:v2", "vault:latest"],
    ["-c", "cd /srv && exec server --port 8080 --log-level=debug"],
    ["--key", "./certs/server.key", "--cert", "./certs/server.crt"],
    ["--api-key-env", "BRAVE_API_KEY"],
    ["--token", "--verbose"],
    ["--viewport-size=1280x720", "--user-data-dir=/tmp/Profile2"],
]
CLEAN_URLS = [
    "https://mcp.example.com/sse",
    "http://127.0.0.1:8080/mcp?transport=streamable-http",
    "https://mcp.example.com/v1/projects/123e4567-e89b-12d3-a456-426614174000/mcp",
    "https://mcp.example.com/?project_ref=abcdefghijklmnopqrst&read_only=true",
    "https://medium.example.com/@somebody/a-long-title-with-many-words-in-it-4f3c2b1a0d9e",
    "ssh://git@github.com/example/server.git",
    "http://[::1]:3000/mcp",
    "https://gitmcp.example.com/example/ReallyLongRepositoryNameWithManyWords",
    "docker://ghcr.io:5000/example/server@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
]
CLEAN_OAUTH = [
    {"clientId": "Iv1.8a61f9b3a7aba766", "scopes": "repo read:org", "callbackPort": "3118"},
    {"authorizationUrl": "https://login.example.com/authorize", "tokenUrl": "https://login.example.com/token", "redirectUri": "http://localhost"},
    {"bearer_token_env_var": "DOCS_TOKEN", "auth": "oauth", "tokenParamName": "access_token"},
]


def clean():
    return [
        *({"env": {name: value}} for name, value in CLEAN_ENV.items()),
        *({"headers": {name: value}} for name, value in CLEAN_HEADERS.items()),
        *({"args": args} for args in CLEAN_ARGS),
        *({"url": url} for url in CLEAN_URLS),
        *({"oauth": fields} for fields in CLEAN_OAUTH),
    ]
