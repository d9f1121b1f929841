"""The edits that every structured format understands, and what they mean on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

MAX_BYTES = 5_000_000
MAX_DEPTH = 64
MAX_NODES = 100_000
MAX_JSON_NODES = 250_000
"""A ``~/.claude.json`` of 2.5 MB, as months of use leave it, holds 112,000 values, and must still be edited."""

Key = str | int
KeyPath = tuple[Key, ...]
"""Keys of maps (text) and places in lists (numbers)."""


class FormatError(ValueError):
    """The bytes cannot be read, or not safely edited. ``line`` and ``column`` count from 1."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"line {line}, column {column}: {reason}")
        self.reason, self.line, self.column = reason, line, column


class EditRefused(FormatError):
    """An edit could not be made without touching something else; nothing was changed."""


@dataclass(frozen=True)
class Set:
    """Put ``value`` at ``path``; missing maps on the way are made. In a list the place must exist."""

    path: KeyPath
    value: Any


@dataclass(frozen=True)
class Remove:
    """Take the key or the list item at ``path`` away. Nothing happens when it is absent."""

    path: KeyPath


@dataclass(frozen=True)
class Insert:
    """Put ``value`` into the list at ``path``, before ``index`` (None: at its end). A missing list is made."""

    path: KeyPath
    value: Any
    index: int | None = None


Edit = Set | Remove | Insert


def applied(value: Any, edits: Sequence[Edit]) -> Any:
    """What a document's value is after the edits, one after the other. The measure for every editor."""
    root = deepcopy(value)
    for edit in edits:
        apply(root, edit)
    return root


def apply(root: Any, edit: Edit) -> None:
    """Make one edit in the document's value itself; what the edit holds is copied."""
    if isinstance(edit, Insert):
        items = _walk(root, edit.path, make=list)
        items.insert(len(items) if edit.index is None else edit.index, deepcopy(edit.value))
        return
    if isinstance(edit, Set):
        _walk(root, edit.path[:-1], make=dict)[edit.path[-1]] = deepcopy(edit.value)
        return
    parent = _walk(root, edit.path[:-1])
    if isinstance(parent, dict):
        parent.pop(edit.path[-1], None)
    elif isinstance(parent, list) and isinstance(edit.path[-1], int) and edit.path[-1] < len(parent):
        del parent[edit.path[-1]]


def _walk(at: Any, path: KeyPath, make: type | None = None) -> Any:
    for i, key in enumerate(path):
        if make and isinstance(at, dict) and at.get(key) is None:
            at[key] = make() if i == len(path) - 1 else {}
        try:
            at = at[key]
        except (KeyError, IndexError, TypeError):
            if make:
                raise EditRefused(f"{'.'.join(map(str, path))} is not there to be edited") from None
            return None
    return at
