"""Secrets in URLs: the password before the host, values of the query and the fragment, random parts of the path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.mapping.secret_names import is_identity_name, is_secret_name
from reconciler.mapping.secret_placeholders import is_plain_value
from reconciler.mapping.secret_tokens import REFERENCE, Span, random_spans

_END = re.compile(r"[\s\"'<>|\\`]|\Z")
_AUTHORITY_END = re.compile(r"[/?#]|\Z")
_PAIR = re.compile(r"(?<=[&;?#])([^=&;?#]++)=([^&;#]*+)")
_STORES = (
    *("postgres", "postgresql", "mysql", "mariadb", "mongodb", "mongodb+srv", "redis", "rediss", "amqp", "amqps", "mssql", "sqlserver"),
    *("clickhouse", "snowflake", "neo4j", "bolt", "nats", "kafka", "smtp", "smtps", "imap", "ldap", "ftp", "sftp"),
)
"""Schemes whose passwords people write without escaping ``/``."""

_ODD_LOGIN = re.compile(r"[^/?#:@]++:(?![0-9]*+[/?#])[^/@]++@")
_HEX = re.compile(r"[0-9a-f-]+")


def url_spans(text: str) -> list[Span]:
    """The secrets in every URL of a text. A URL within a URL counts for itself."""
    found: list[Span] = []
    mark = text.find("://")
    while mark >= 0:
        following = text.find("://", mark + 3)
        limit = following if following >= 0 else len(text)
        end = _END.search(text, mark + 3, limit)
        found += _one(text, mark, end.start() if end else limit)
        mark = following
    return found


def _one(text: str, mark: int, end: int) -> Iterator[Span]:
    start = mark + 3
    is_store = text[max(0, mark - 12) : mark].lower().endswith(_STORES)
    authority_end = _ends(_AUTHORITY_END, text, start, end)
    at = text.rfind("@", start, end if is_store else authority_end)
    if at < 0 and (odd := _ODD_LOGIN.match(text, start, end)):  # a password with an unescaped "#" or "?" in it
        at = odd.end() - 1
    if at >= 0:
        authority_end = max(authority_end, at)
        yield from _login(text, start, at)
    query = _first(text, "?#", authority_end, end)
    yield from _path(text, max(authority_end, at), query)
    for pair in _PAIR.finditer(text, query, end):
        name, span = pair[1], pair.span(2)
        if _is_secret(name, pair[2]):
            yield span


def _ends(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.search(text, start, end)
    return found.start() if found else end


def _first(text: str, chars: str, start: int, end: int) -> int:
    return min((i for i in (text.find(c, start, end) for c in chars) if i >= 0), default=end)


def _login(text: str, start: int, at: int) -> Iterator[Span]:
    """``user:password``: the password. A user alone only when it looks like a token."""
    colon = text.find(":", start, at)
    if colon >= 0 and not is_plain_value("password", text[colon + 1 : at]):
        yield colon + 1, at
    if random_spans(text[start : colon if colon >= 0 else at]):
        yield start, colon if colon >= 0 else at


def _path(text: str, start: int, end: int) -> Iterator[Span]:
    """Parts of a path that look random in mixed case; hexadecimal parts are mostly identities."""
    at = start
    while at < end:
        slash = text.find("/", at, end)
        stop = slash if slash >= 0 else end
        part = text[at:stop]
        if len(part) >= 24 and not _HEX.fullmatch(part) and REFERENCE not in part:
            yield from ((at + a, at + b) for a, b in random_spans(part))
        at = stop + 1


def _is_secret(name: str, value: str) -> bool:
    if is_secret_name(name):
        return not is_plain_value(name, value)
    return not is_identity_name(name) and bool(random_spans(value))
