"""Values that are no secrets though their key says so: placeholders, switches, paths, references of any client."""

from __future__ import annotations

import re

from reconciler.mapping.secret_names import is_password_name, is_weak_name
from reconciler.mapping.secret_tokens import REFERENCE


def _set(line: str) -> frozenset[str]:
    return frozenset(line.split())


_PLACEHOLDERS = _set(
    "changeme change-me change_me replaceme replace-me replace_me none null nil undefined true false yes no on off"
    " todo tbd placeholder redacted default api_key_here token_here insert_token_here ... … -"
)
_WAYS = _set(
    "oauth oauth2 oidc basic bearer token jwt apikey api_key api-key digest ntlm saml browser device chatgpt"
    " auto required optional enabled disabled"
)
"""Ways to sign in: ``AUTH=oauth``."""

_FORM = re.compile(
    r"<[^<>]{1,80}>|\[[A-Za-z0-9_ .-]{1,80}\]|\$?\{\{?[A-Za-z0-9_.: -]{1,80}\}\}?|\$[A-Z_][A-Z0-9_]*+|%[A-Z_][A-Z0-9_]*+%"
    r"|[xX]{3,}+|\*{2,}+|op://.*+|vault:.*+|keychain:.*+|!secret .*+"
    r"|your(?:[-_ ][a-z]{1,12}){0,4}?[-_ ]?(?:key|token|secret|password|pat|here)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}(?:\.[0-9]+)?(?:ms|s|m|h|d|%)?")
_PATH = re.compile(
    r"(?:~|\.{1,2}|[A-Za-z]:)[/\\].*+"
    r"|/(?:home|Users|root|srv|etc|opt|var|usr|tmp|mnt|run|data|app|workspace|private|Volumes|dev|secrets|path|code|src)(?:/.*+)?"
    r"|[A-Za-z0-9_./-]{1,200}\.(?:json|ya?ml|toml|pem|key|crt|cer|p12|pfx|env|txt|jks|pub)"
)


def is_plain_value(name: str, value: str) -> bool:
    """True when ``value`` is no secret although ``name`` says that its value is one."""
    said = value.strip().strip("\"'").strip()
    if not said or REFERENCE in said or said.lower() in _PLACEHOLDERS:
        return True
    if _NUMBER.fullmatch(said):
        return not is_password_name(name)
    if is_weak_name(name) and said.lower() in _WAYS:
        return True
    return bool(len(said) < 500 and "\n" not in said and (_FORM.fullmatch(said) or _PATH.fullmatch(said)))
