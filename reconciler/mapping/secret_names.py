"""Whether the name of a key says that its value is a secret. Looks at names only, word by word."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")



def _set(line: str) -> frozenset[str]:
    return frozenset(line.split())


_ANYWHERE = _set(
    "password passwd passphrase passcode secret secrets token credential credentials creds apikey apitoken authtoken"
    " accesstoken accesskey secretkey privatekey authkey authorization bearer jwt"
)
"""Words that make a secret wherever they stand: ``TOKEN_GITHUB``."""

_LAST = _set(
    "auth pass passwords pwd pw pat sig signature cookie cookies sessionid sessid phpsessid jsessionid apikeys"
    " otp totp mnemonic webhook keypair subscriptionkey accountkey"
)
"""Words that make a secret when they stand last: ``DB_PASS``, but not ``AUTH_MODE``."""

_ENDINGS = ("password", "passwd", "secret", "token", "apikey", "passphrase", "accesskey", "secretkey", "privatekey", "authkey")
"""Words that people write without a gap: ``PGPASSWORD``, ``githubtoken``."""

_PAIRS = frozenset(
    f"{what} {last}"
    for last, kinds in {"id": "session", "url": "webhook", "uri": "webhook", "keys": "api access secret private"}.items()
    for what in kinds.split()
) | frozenset(f"{kind} tokens" for kind in ("auth", "api", "access", "bearer", "refresh")
)
"""Two last words that make a secret though the last one alone does not."""

_PLAIN_KEYS = _set(
    "public primary foreign sort partition row column cache map index group lookup idempotency shortcut hot publishable"
    " object translation i18n field json config registry dictionary order routing hash range shift arrow any"
)
"""Words before ``key`` with which it is no secret: ``PUBLIC_KEY``."""

_ABOUT = _set(
    "path paths file files filename dir directory folder name names id ids uuid url urls uri uris endpoint endpoints host"
    " hostname port mode modes type types method methods kind scheme schemes provider providers enabled enable disabled"
    " required optional allowed limit limits max min count counts size sizes length len budget ttl age expiry expires"
    " expiration expire timeout prefix suffix header headers field fields env var variable vars version algorithm alg"
    " format scope scopes realm audience issuer region zone domain domains policy policies store storage backend ref"
    " refs arn server servers source location helper command cmd usage window index rotation interval manager engine"
    " class level style strategy model models bucket user username email account label labels rounds encoding template"
    " hint description title param parameter parameters stdin at seconds minutes hours days ms only check checks client"
    " handler service vault grant flow"
)
"""Last words with which a name is about a secret, and is none itself: ``PASSWORD_FILE``, ``TOKEN_URL``."""

_SWITCHES = _set("no disable skip allow without use with require requires enable is has max min")
"""First words of switches and limits: ``--no-auth``, ``MAX_TOKEN``."""

_IDENTITY = _set(
    "id ids sid uuid guid sha sha1 sha256 sha512 hash digest checksum commit revision rev ref version model models image tag"
    " fingerprint name arn integrity resolved etag project workspace database page"
)

_PASSWORD = _set("password passwd passphrase passcode pwd pass pw otp totp passwords")


def words(name: str) -> list[str]:
    """The lower-case words of a name in snake, camel or kebab case."""
    return [w.lower() for w in _WORD.findall(name[:256])]


def is_secret_name(name: str) -> bool:
    """True when a value under this key is a secret, unless it is a placeholder or a path."""
    said = words(name)
    if not said:
        return False
    last = said[-1]
    if " ".join(said[-2:]) in _PAIRS:
        return True
    if last in _ABOUT or said[0] in _SWITCHES:
        return False
    if last in ("key", "keys"):
        return last == "key" and (len(said) == 1 or said[-2] not in _PLAIN_KEYS)
    if any(word in _ANYWHERE for word in said):
        return True
    if last in _LAST:
        return said != ["pwd"]  # PWD is the working directory
    return len(last) > 5 and last.endswith(_ENDINGS)


def is_password_name(name: str) -> bool:
    """True when even a number under this key is a secret."""
    said = words(name)
    return bool(said) and (said[-1] in _PASSWORD or said[-1].endswith(("password", "passwd")))


def is_weak_name(name: str) -> bool:
    """True when the name may as well choose a way to sign in: ``AUTH=oauth``."""
    return words(name)[-1:] in (["auth"], ["authorization"], ["session"], ["bearer"], ["credentials"], ["credential"])


def is_identity_name(name: str) -> bool:
    """True when a random-looking value under this key is an identity, such as a digest."""
    return bool(set(words(name)[-2:]) & _IDENTITY)
