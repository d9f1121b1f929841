"""Why an entity cannot be committed at all: it holds a secret where none can be taken out of it.

The reasons never show a name or a value. Only fields of servers are templates; rules, entries and names are as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from reconciler.mapping.secret_search import NOTHING, Wanted
from reconciler.mapping.secret_shapes import Place, secret_spans, secret_spans_in_args
from reconciler.mapping.secret_tokens import Span, merged, suspicious_text
from reconciler.model.fields import Fields, dotted
from reconciler.model.names import MCP, TOOLS, EntityId, kind_of, name_of, shown
from reconciler.model.tool_entry import File, McpTool, Raw, Shell, Web, tool_of_entity

_CALL = re.compile(r"\((.*)\)\Z", re.DOTALL)
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_IN_TEXT = "its text holds what looks like a token, a key, or a value of the vault"
_IN_NAME = "a name in it looks like a token, a key, or a value of the vault"
_IN_ENTRY = "the command or pattern holds what looks like a password or a token"


def why_exposed(entity: EntityId, fields: Fields, values: Wanted, plain: Collection[str]) -> str | None:
    """The reason, or None. ``values`` are looked for as they are; ``plain`` are fields that a person declared no secret."""
    if kind_of(entity) == TOOLS:
        return _IN_ENTRY if ".".join(map(str, shown(entity))) not in plain and _is_secret_entry(entity, values) else None
    if any(_holds(t, values) for t in (name_of(entity), *(key for path in fields for key in path))):
        return _IN_NAME
    if kind_of(entity) == MCP:
        return _IN_NAME if any(_holds(t, values) for leaf in fields.values() for t in _keys(leaf)) else None
    marked = (t for path, leaf in fields.items() if f"{entity}.{dotted(path)}" not in plain for t in (*_texts(leaf), *_keys(leaf)))
    return _IN_TEXT if any(_holds(t, values) for t in marked) else None


def shown_name(entity: EntityId, values: Wanted = NOTHING) -> str:
    """What may be printed of an exposed entity."""
    if kind_of(entity) == TOOLS:
        return "an allowed-tools entry"
    return f"an entity of {kind_of(entity)}" if _holds(name_of(entity), values) else str(entity)


def _holds(text: str, values: Wanted) -> bool:
    return bool(suspicious_text(text)) or bool(values.within(text))


def _is_secret_entry(entity: EntityId, values: Wanted) -> bool:
    try:
        entry = tool_of_entity(entity)[1]
    except ValueError:
        return _holds(name_of(entity), values)
    match entry:
        case Shell(words, _):
            texts = [*words, *_commands(" ".join(words))]
            spans = [*secret_spans_in_args(words), *map(_in_command, texts[len(words) :])]
        case File(_, text) | Web(text) | Raw(_, text):
            texts = list(_commands(text))
            spans = list(map(_in_command, texts))
        case McpTool(server, tool):
            texts = [server, tool or ""]
            spans = [suspicious_text(t) for t in texts]
    cut = [text[a:b] for text, found in zip(texts, spans, strict=True) for a, b in found]
    return any(map(_is_value, cut)) or any(_holds(text, values) for text in texts)


def _commands(text: str) -> Iterator[str]:
    """The text, what it holds in brackets (``Bash(…:*)``), and each quoted part: what a client adds hides their ends."""
    yield text
    call = _CALL.search(text)
    if call:
        yield call[1].removesuffix(":*").removesuffix(" *")
    yield from (part[1:-1] for part in _QUOTED.findall(text))


def _in_command(text: str) -> list[Span]:
    return merged([*secret_spans(Place.argument(""), text), *secret_spans(Place.argument("-H"), text)])


def _is_value(cut: str) -> bool:
    """A pattern (``TOKEN=*``, ``Bearer .*``) stands for a value and is none."""
    return sum(c.isalnum() for c in cut) >= 4


def _texts(leaf: object) -> Iterator[str]:
    if isinstance(leaf, str):
        yield leaf
    elif isinstance(leaf, list | dict):
        for inner in leaf.values() if isinstance(leaf, dict) else leaf:
            yield from _texts(inner)


def _keys(leaf: object) -> Iterator[str]:
    if isinstance(leaf, dict):
        for key, inner in leaf.items():
            yield from (str(key), *_keys(inner))
    elif isinstance(leaf, list):
        for inner in leaf:
            yield from _keys(inner)
