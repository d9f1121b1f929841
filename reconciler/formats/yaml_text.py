"""YAML documents: read as plain values, edited in place, and written anew in one tidy style. Dates are text.

Everything that no edit names stays byte for byte; an edit that cannot keep that is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.formats.edit import Edit, KeyPath
from reconciler.formats.spans import decoded, edited, encoded, place
from reconciler.formats.yaml_nodes import compose
from reconciler.formats.yaml_steps import stepped
from reconciler.formats.yaml_write import Style, map_lines


def read(data: bytes) -> Any:
    """The document's value, ``{}`` when it holds nothing. Raises ``FormatError`` for what is not plain, bounded YAML."""
    value = compose(decoded(data)).value
    return {} if value is None else value


def edit(data: bytes, edits: Sequence[Edit]) -> bytes:
    """The document after the edits. Raises ``EditRefused`` and changes nothing when one cannot be made."""
    return edited(data, edits, read, stepped)


def dump(value: Mapping[str, Any]) -> bytes:
    """A new document in block style: keys in the given order, lists indented by two below their key."""
    return encoded("".join(f"{line}\n" for line in map_lines(value, Style(), 0)))


def position(data: bytes, path: KeyPath) -> tuple[int, int]:
    """Line and column, from 1, of the key or item at ``path``, or of the nearest thing around it that is there."""
    text = decoded(data)
    nodes = compose(text).chain(path)
    parent, key = nodes[-2] if len(nodes) > 1 else nodes[0], path[len(nodes) - 2] if len(nodes) > 1 else None
    starts = [k.start for k in parent.keys if k.value == key] if parent.kind == "map" else []
    return place(text, starts[0] if starts else nodes[-1].start)
