"""Where the secrets are in a string of a configuration: by the name of its key, by its place, by what it looks like.

Offsets are into plain text, in which ``secret_tokens.REFERENCE`` may stand for a reference. Nothing is replaced here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.mapping.secret_names import is_identity_name, is_password_name, is_secret_name
from reconciler.mapping.secret_placeholders import is_plain_value
from reconciler.mapping.secret_tokens import REFERENCE, Span, merged, random_spans, suspicious_text
from reconciler.mapping.secret_urls import url_spans

__all__ = ["Place", "secret_spans", "secret_spans_in_args", "suspicious_text"]

_SCHEME = re.compile(r"\s*(?:bearer|basic|token|apikey|api-key|bot|jwt|dpop|ssws|geniekey|digest|negotiate|splunk|key)\s+", re.IGNORECASE)
_CREDENTIAL = re.compile(r"(?<![A-Za-z0-9_-])(?:Bearer|Basic)\s+([A-Za-z0-9_.~+/=-]{8,}+)", re.IGNORECASE)
_PAIR = re.compile(r"(?<![A-Za-z0-9_.-])([A-Za-z0-9_.-]++)=(?:\"([^\"]*+)\"|'([^']*+)'|([^\s;&,\"']++))")
_JSON_PAIR = re.compile(r"\"([A-Za-z0-9_. -]{1,100})\"\s*+:\s*+\"((?:[^\"\\]|\\.)*+)\"")
_ENV_LINE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,200}=")
_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,100}):\s*+")
_KNOWN_HEADER = re.compile(r"((?:x-[a-z0-9-]{1,80}|(?:proxy-)?authorization|api-key|private-token|cookie)):\s*+", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+]{1,15}://[^\s]*+\Z")
_FLAG = re.compile(r"(--?[A-Za-z][A-Za-z0-9_.-]{0,100})=")
_IS_FLAG = re.compile(r"--?[A-Za-z][A-Za-z0-9_.-]{0,100}")
_INNER = re.compile(r"(?:[^\s\"']++|\"[^\"]*+\"|'[^']*+')++|[\"']")

_HEADER_FLAGS = frozenset(["-H", "--header", "--headers", "--http-header"])
_ENV_FLAGS = frozenset(["-e", "--env", "--environment", "--set-env", "--build-arg"])


@dataclass(frozen=True)
class Place:
    """Where a string stands. ``key`` is the variable, header or field, or the argument before; else empty."""

    kind: Literal["env", "header", "url", "argument", "field", "text"]
    key: str = ""

    @staticmethod
    def env(variable: str) -> Place:
        return Place("env", variable)

    @staticmethod
    def header(name: str) -> Place:
        return Place("header", name)

    @staticmethod
    def url() -> Place:
        return Place("url")

    @staticmethod
    def argument(before: str) -> Place:
        return Place("argument", before)

    @staticmethod
    def field(key: str) -> Place:
        return Place("field", key)

    @staticmethod
    def text() -> Place:
        return Place("text")


def secret_spans(place: Place, text: str) -> list[Span]:
    """The secrets in one string, in order; a scheme (``Bearer``) and what surrounds a password are no part of them."""
    if place.kind == "text":
        found = suspicious_text(text)
    elif place.kind == "argument":
        found = _argument(place.key, text)
    else:
        found = _value(place.key, text)
    return merged([s for s in found if REFERENCE not in text[s[0] : s[1]]])


def secret_spans_in_args(args: Sequence[str]) -> list[list[Span]]:
    """The secrets in each argument, which may be the value of the flag before it."""
    return [secret_spans(Place("argument", before), arg) for before, arg in zip(["", *args], args, strict=False)]


def _value(name: str, text: str) -> list[Span]:
    """Secrets in the value of a named key: all of it, or what it holds of URLs, pairs and tokens."""
    if name and is_secret_name(name):
        whole = _credential(text)
        if not is_plain_value(name, text[whole[0] : whole[1]]) and not _is_address(name, text):
            return [whole]
    return [*_inside(text), *([] if name and is_identity_name(name) else random_spans_outside_urls(text))]


def _credential(text: str) -> Span:
    """The text without blanks and quotes around it, and without a scheme before it."""
    scheme = _SCHEME.match(text)
    start = scheme.end() if scheme else len(text) - len(text.lstrip())
    return _unquoted(text, start, max(start, len(text.rstrip())))


def _is_address(name: str, text: str) -> bool:
    """True for a URL under a name such as ``AUTH``: only what is secret within it counts. A webhook is one itself."""
    return bool(_ADDRESS.match(text)) and "webhook" not in name.lower() and not is_password_name(name)


def _inside(text: str) -> list[Span]:
    """What is secret wherever it stands in a value."""
    found = [*suspicious_text(text), *url_spans(text)]
    found += [m.span(1) for m in _CREDENTIAL.finditer(text) if not (m[1].isalpha() and m[1].islower()) and not is_plain_value("", m[1])]
    has_url = "://" in text
    for pair in _PAIR.finditer(text):
        if has_url and text[pair.start() - 1 : pair.start()] in ("?", "&"):
            continue  # a query, which url_spans has read
        found += _of_pair(pair[1], text, pair.span(pair.lastindex or 0))
    for pair in _JSON_PAIR.finditer(text):
        found += _of_pair(pair[1], text, pair.span(2))
    return found


def _of_pair(name: str, text: str, span: Span) -> Iterator[Span]:
    value = text[span[0] : span[1]]
    if name.lower() == "key" and len(value) < 16:
        return  # `--label key=team` is common, and real keys are long
    if not is_secret_name(name) or _is_address(name, value):
        return
    start, end = _credential(value)
    if not is_plain_value(name, value[start:end]):
        yield span[0] + start, span[0] + end


def random_spans_outside_urls(text: str) -> list[Span]:
    """Runs that look random; a text with a URL is judged part by part by ``url_spans``."""
    return [] if "://" in text else random_spans(text)


def _argument(before: str, text: str) -> list[Span]:
    """Secrets in one argument of a command."""
    if before in _HEADER_FLAGS:
        return _named(_HEADER_LINE, text) or _value("", text)
    if before in _ENV_FLAGS and _ENV_LINE.match(text):
        return _assignment(text)
    if _IS_FLAG.fullmatch(before) and is_secret_name(before) and not _IS_FLAG.match(text):
        return _value(before, text)
    flag = _FLAG.match(text)
    if flag and flag[1] in _HEADER_FLAGS | _ENV_FLAGS:
        return _moved(_argument(flag[1], text[flag.end() :]), flag.end())
    if any(c.isspace() for c in text):
        return [*_value("", text), *_named(_KNOWN_HEADER, text), *_inner(text)]
    return _inside(text) if _IS_FLAG.fullmatch(before) and is_identity_name(before) else _lone(text)


def _lone(text: str) -> list[Span]:
    """An argument that stands for itself: ``--flag=value``, ``NAME=value``, ``Header:value`` or anything else."""
    flag = _FLAG.match(text)
    if flag:
        return [*_moved(_value(flag[1], text[flag.end() :]), flag.end()), *_inside(text)]
    if _ENV_LINE.match(text) and "://" not in text.split("=", 1)[0]:
        return _assignment(text)
    return [*_named(_KNOWN_HEADER, text), *_value("", text)]


def _assignment(text: str) -> list[Span]:
    name, _, value = text.partition("=")
    if name.lower() == "key" and len(value) < 16:
        return []
    return _moved(_value(name, value), len(name) + 1)


def _named(head: re.Pattern[str], text: str) -> list[Span]:
    """The value behind ``Header:``, when the header's name is one of a secret."""
    found = head.match(text)
    if not found or "://" in text[: found.end() + 2] or not is_secret_name(found[1]):
        return []
    return _moved(_value(found[1], text[found.end() :]), found.end())


def _inner(text: str) -> list[Span]:
    """A command line within one argument (``sh -c``): its words are arguments again."""
    found: list[Span] = []
    before = ""
    for word in _INNER.finditer(text):
        start, end = _unquoted(text, *word.span())
        inner = text[start:end]
        if any(c.isspace() for c in inner):
            found += _moved([*_named(_KNOWN_HEADER, inner), *_inside(inner)], start)
        else:
            found += _moved(_argument(before, inner), start)
        before = inner if len(inner) < 200 else ""
    return found


def _unquoted(text: str, start: int, end: int) -> Span:
    if end - start > 1 and text[start] in "\"'" and text[end - 1] == text[start]:
        return start + 1, end - 1
    return start, end


def _moved(spans: list[Span], by: int) -> list[Span]:
    return [(start + by, end + by) for start, end in spans]
