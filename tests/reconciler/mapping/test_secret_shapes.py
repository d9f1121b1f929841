"""What is a secret by its name, by its place and by its look; what is none; and that any text is read in linear time."""

import pytest

from reconciler.mapping.secret_names import is_secret_name
from reconciler.mapping.secret_shapes import Place, secret_spans, secret_spans_in_args
from reconciler.mapping.secret_tokens import suspicious_text
from tests.reconciler.mapping.secret_corpus import Tokens

FAKE = "fake-not-a-secret"


def texts(spans, text):
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    "name",
    [
        *("TOKEN", "apiKey", "API-KEY", "apikey", "x-api-key", "accessKey", "dbPassword", "PGPASSWORD", "githubtoken", "client_secret"),
        *("GITHUB_PAT", "DB_PASS", "SLACK_WEBHOOK_URL", "Cookie", "sessionId", "--auth-token", "TOKEN_GITHUB", "API_KEYS", "SSHKey"),
    ],
)
def test_a_name_says_that_its_value_is_a_secret(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "KEYBOARD", "MONKEY", "TURKEY", "PUBLIC_KEY", "SORT_KEY", "KEY_ID", "clientId", "OAUTH", "AUTHOR", "AUTH_MODE", "PWD"),
        *("PASSWORD_FILE", "TOKEN_URL", "MAX_TOKENS", "TOKENIZER", "SECRETARY", "PATH", "COMPASS", "BYPASS", "--no-token", "TOKENS"),
        *("headersHelper", "bearer_token_env_var", "SESSION_NAME", "API_KEY_HELPER", "COOKIE_DOMAIN", "PATTERN", "한국어"),
    ],
)
def test_a_name_that_only_sounds_like_a_secret_is_none(name):
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        *("", "  ", "changeme", "your-api-key", "YOUR_TOKEN_HERE", "<token>", "xxx", "XXXX", "***", "none", "true", "False", "4096", "30s"),
        *("$API_TOKEN", "%API_TOKEN%", "{env:API_TOKEN}", "${input:key}", "{{ token }}", "op://vault/item/field"),
        *("~/.ssh/id_ed25519", "./key.pem", "/run/secrets/token", "service-account.json", "https://login.example.com/oauth"),
    ],
)
def test_what_only_stands_in_for_a_secret_travels(value):
    assert secret_spans(Place("env", "API_TOKEN"), value) == []


@pytest.mark.parametrize("value", ["hunter2", "12345678901", "a b c", '{"private_key": "x"}', "[\"x\"]", "p{a}ss", "/9j/4AAQSk", "true-love"])
def test_anything_else_under_such_a_name_is_one(value):
    assert texts(secret_spans(Place("env", "API_TOKEN"), value), value) == [value]


@pytest.mark.parametrize("value", ["1234", "123456", "ab://cd"])
def test_a_password_may_be_a_number_and_look_like_an_address(value):
    assert texts(secret_spans(Place("env", "DB_PASSWORD"), value), value) == [value]


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("Authorization", f"Bearer {FAKE}", FAKE),
        ("authorization", f"  basic   {FAKE}  ", FAKE),
        ("Authorization", f"Custom {FAKE}", f"Custom {FAKE}"),
        ("Authorization", FAKE, FAKE),
    ],
)
def test_of_a_header_only_the_credential_is_secret(name, value, secret):
    assert texts(secret_spans(Place("header", name), value), value) == [secret]


@pytest.mark.parametrize("value", ["Bearer ", "Bearer", "Basic ￼", "Bearer ￼", "token ￼"])
def test_a_scheme_before_a_reference_is_no_secret(value):
    assert secret_spans(Place("header", "Authorization"), value) == []


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (f"postgres://app:{FAKE}@db/x", FAKE),
        (f"redis://:{FAKE}@db", FAKE),
        (f"https://h/a?next=https://me:{FAKE}@other/", FAKE),
        (f"https://h/?a=1;password={FAKE}", FAKE),
        (f"https://￼:{FAKE}@h/", FAKE),
    ],
)
def test_of_a_url_only_the_secret_part_is_one(url, secret):
    assert texts(secret_spans(Place("url"), url), url) == [secret]


def test_a_reference_in_a_url_is_no_secret():
    assert secret_spans(Place("url"), "https://me:￼@h/?token=￼") == []


@pytest.mark.parametrize(
    ("args", "secrets"),
    [
        (["--token", FAKE, "--verbose"], [[], [FAKE], []]),
        (["--token", "--verbose"], [[], []]),
        (["--no-token", "server"], [[], []]),
        (["--account-id", "0123456789abcdef" * 2], [[], []]),
        (["-e", f"A_KEY={FAKE}", "-e", "B=1"], [[], [FAKE], [], []]),
        (["--header", "X-Team: a", "--header", f"Cookie: a={FAKE}"], [[], [], [], [f"a={FAKE}"]]),
        (["-c", f"login --password '{FAKE}' && TOKEN=\"{FAKE}\" run"], [[], [FAKE, FAKE]]),
        ([f"--dsn=postgres://a:{FAKE}@h/x"], [[FAKE]]),
    ],
)
def test_arguments_are_read_with_the_one_before(args, secrets):
    assert [texts(spans, arg) for spans, arg in zip(secret_spans_in_args(args), args, strict=True)] == secrets


@pytest.mark.parametrize("token", Tokens(3).known())
def test_a_known_token_is_found_in_any_text(token):
    text = f"토큰은{token}, and so on"
    assert texts(suspicious_text(text), text) == [token]


@pytest.mark.parametrize(
    "text",
    [
        "Use `gh" + "p_" + "x" * 36 + "` here",
        "AK" + "IA" + "IOSFODNN7EXAMPLE",
        "class sk-fading-circle-with-many-dots-2 and sk-learn",
        "The commit 9fceb02d0ae598e95dc970b74767f19372d61af8 and id 123e4567-e89b-12d3-a456-426614174000",
        "Send `Authorization: Bearer <token>`; never log a password=hunter2",
        "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----",
    ],
)
def test_the_second_scan_leaves_prose_alone(text):
    assert suspicious_text(text) == []


def test_a_private_key_without_an_end_reaches_to_the_end():
    text = "before -----BEGIN OPENSSH PRIVATE" + " KEY-----\nb3BlbnNzaC1r\nmore"
    assert suspicious_text(text) == [(7, len(text))]


HOSTILE = [
    *("a", "$", "=", 'a="', "--a ", "://", "a://u:p@h/", "eyJ", "eyJaaaaaaaaaa.", "sk-", '"a":"', "?a=b&", "1:AA", "aB3", "\\"),
    *("-----BEGIN PRIVATE" + " KEY-----", "Bearer ", "A_", "https://h?", "'", '"', "/services/", "a=", "\u200b"),
]


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("start", ["", "https://h/?"])
def test_hostile_texts_come_to_an_end(unit, start):
    """Quadratic work on these 60,000 characters would take minutes."""
    text = start + unit * (60_000 // len(unit))
    for place in (Place("env", "X"), Place("argument", "-c"), Place("header", "Authorization"), Place("url"), Place("text")):
        spans = secret_spans(place, text)
        assert all(0 <= a < b <= len(text) for a, b in spans)


@pytest.mark.parametrize("token", ["dckr" + "_pat_QOnUPzjoYYSXDQCTDbacxjCiqrj", "AK" + "IAWQFUCFFVOEVBPHJI"])
def test_a_token_of_a_known_shape_needs_no_digit(token: str) -> None:
    assert suspicious_text(f"it said {token} and more")


@pytest.mark.parametrize("text", ["sk-" + "SomeLongClassNameThatIsNoToken", "hf" + "_somelongnamewithoutanycapitalletter", "AK" + "IAIOSFODNNEXAMPLEX"])
def test_words_behind_a_known_prefix_are_no_token(text: str) -> None:
    assert not suspicious_text(f"it said {text} and more")
