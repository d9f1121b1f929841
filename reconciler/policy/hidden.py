"""Text that a change adds and that nobody sees. Only names the place; what counts as hidden is decided in mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from reconciler.mapping.hidden_text import hidden_text
from reconciler.model.fields import Fields, dotted
from reconciler.model.names import TOOLS, EntityId, kind_of, name_of
from reconciler.model.tool_entry import tool_of_entity
from reconciler.policy.findings import Finding, high


def hidden_findings(before: Fields | None, after: Fields | None, entity: EntityId) -> list[Finding]:
    """A finding for each place in which a new line, name or value has hidden characters."""
    if after is None:
        return []
    old = Counter(_texts(before, entity))
    new = Counter(_texts(after, entity)) - old
    # The blank in front: a byte order mark is usual at the start of a file, but no line of ours is one.
    places = dict.fromkeys(place for place, text in new if hidden_text(f" {text}"))
    return [high(f"hidden characters in {place}") for place in places]


def _texts(fields: Fields | None, entity: EntityId) -> Iterator[tuple[str, str]]:
    """Every line of text with the place where it stands. The name of a new entity is one of them."""
    if fields is None:
        return
    yield "its name", _name(entity)
    for path, leaf in fields.items():
        for key in path:
            yield "the name of a field", key
        for text in strings(leaf):
            for line in text.split("\n"):
                yield dotted(path), line.rstrip("\r")


def strings(leaf: Any) -> Iterator[str]:
    """All texts in a leaf, names of inner maps included."""
    if isinstance(leaf, str):
        yield leaf
    elif isinstance(leaf, dict):
        for key, inner in leaf.items():
            yield from (str(key), *strings(inner))
    elif isinstance(leaf, list):
        for inner in leaf:
            yield from strings(inner)


def _name(entity: EntityId) -> str:
    """The name as it is meant: the id of an allowed-tools entry has its hidden characters escaped."""
    if kind_of(entity) != TOOLS:
        return name_of(entity)
    try:
        decision, entry = tool_of_entity(entity)
    except ValueError:
        return name_of(entity)
    return f"{decision} " + " ".join(text for part in vars(entry).values() for text in strings(list(part) if isinstance(part, tuple) else part))
