"""Edits as the smallest steps on a document: what a text editor must do, one after the other.

Knows plain values only, no format and no text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from reconciler.formats.edit import Edit, EditRefused, Insert, Key, KeyPath, Remove, Set, applied, apply


@dataclass(frozen=True)
class Replace:
    """Put another value where one stands."""

    path: KeyPath
    value: Any


@dataclass(frozen=True)
class AddKeys:
    """Give the map at ``path`` keys that it lacks, in this order."""

    path: KeyPath
    values: Mapping[str, Any]


@dataclass(frozen=True)
class AddItems:
    """Put items into the list at ``path``, before ``index`` (its length: at the end), in this order."""

    path: KeyPath
    index: int
    values: Sequence[Any]


@dataclass(frozen=True)
class Drop:
    """Take away the key or item at ``path``, which is there."""

    path: KeyPath


Step = Replace | AddKeys | AddItems | Drop


def same(one: Any, other: Any) -> bool:
    """Equal in value and type: ``1``, ``1.0`` and ``True`` differ, ``nan`` is itself. The order of keys does not count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(v, other[k]) for k, v in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


def outcome(value: Any, edits: Sequence[Edit]) -> Any:
    """``applied``, with edits that make no sense refused."""
    with _refusing_nonsense():
        return applied(value, edits)


@contextmanager
def _refusing_nonsense() -> Iterator[None]:
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise EditRefused(f"the edit does not fit the document: {error}") from None


def steps(value: Any, edits: Sequence[Edit]) -> Iterator[Step]:
    """The steps in order; each is meant for the document as the steps before it left it."""
    value = deepcopy(value) if len(edits) > 1 else value  # once: a copy for each of many edits took longer than to make them
    for i, edit in enumerate(edits):
        _check(edit)
        yield from _steps_of(value, edit)
        if i + 1 < len(edits):
            with _refusing_nonsense():
                apply(value, edit)


def gathered(steps: Iterable[Step]) -> Iterator[Step]:
    """The same with additions in a row at one place as one step: an editor reads its text anew for each."""
    last: Step | None = None
    for step in steps:
        both = _joined(last, step)
        if both is None and last is not None:
            yield last
        last = both or step
    if last is not None:
        yield last


def _joined(one: Step | None, other: Step) -> Step | None:
    if isinstance(one, AddKeys) and isinstance(other, AddKeys) and one.path == other.path:
        return AddKeys(one.path, {**one.values, **other.values})
    if isinstance(one, AddItems) and isinstance(other, AddItems) and (one.path, one.index + len(one.values)) == (other.path, other.index):
        return AddItems(one.path, one.index, [*one.values, *other.values])
    return None


def _check(edit: Edit) -> None:
    places: list[Key | None] = [*edit.path, edit.index if isinstance(edit, Insert) else None]
    if any(isinstance(place, int) and place < 0 for place in places):
        raise EditRefused("places in lists count from 0")
    if not edit.path and not isinstance(edit, Insert):
        raise EditRefused("an edit of the whole document is not possible")


def _steps_of(value: Any, edit: Edit) -> Iterator[Step]:
    if isinstance(edit, Remove):
        return iter([Drop(edit.path)] if _is_there(value, edit.path) else [])
    new = [edit.value] if isinstance(edit, Insert) else edit.value
    at = value
    for i, key in enumerate(edit.path):
        if isinstance(at, dict) and isinstance(key, str) and key not in at:
            return iter([AddKeys(edit.path[:i], {key: _wrapped(edit.path[i + 1 :], new)})])
        at = _child(at, key)
        is_last = i == len(edit.path) - 1
        if at is None and (not is_last or isinstance(edit, Insert)):
            return iter([Replace(edit.path[: i + 1], _wrapped(edit.path[i + 1 :], new))])
    if isinstance(edit, Set):
        return _difference(edit.path, at, new)
    if not isinstance(at, list):
        raise EditRefused(f"{'.'.join(map(str, edit.path))} is not a list")
    return iter([AddItems(edit.path, len(at) if edit.index is None else min(edit.index, len(at)), [edit.value])])


def _is_there(at: Any, path: KeyPath) -> bool:
    for key in path:
        has_key = isinstance(at, dict) and key in at
        has_place = isinstance(at, list) and isinstance(key, int) and key < len(at)
        if not has_key and not has_place:
            return False
        at = at[key]
    return True


def _child(at: Any, key: Key) -> Any:
    if not _is_there(at, (key,)):
        raise EditRefused(f"{key!r} is not there to be edited")
    return at[key]


def _wrapped(path: KeyPath, value: Any) -> Any:
    for key in reversed(path):
        if not isinstance(key, str):
            raise EditRefused("a place in a list must exist")
        value = {key: value}
    return value


def _difference(path: KeyPath, old: Any, new: Any) -> Iterator[Step]:
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from (Drop((*path, key)) for key in old if key not in new)
        for key, value in new.items():
            if key in old:
                yield from _difference((*path, key), old[key], value)
            else:
                yield AddKeys(path, {key: value})
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_difference(path, old, new)
    else:
        yield Replace(path, new)


def _list_difference(path: KeyPath, old: list[Any], new: list[Any]) -> Iterator[Step]:
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if not same(old[i], new[i])), shorter)
    tail = next((i for i in range(shorter - head) if not same(old[-1 - i], new[-1 - i])), shorter - head)
    for i in range(head, shorter - tail):
        yield from _difference((*path, i), old[i], new[i])
    yield from (Drop((*path, i)) for i in reversed(range(shorter - tail, len(old) - tail)))
    yield from (AddItems(path, i, [new[i]]) for i in range(shorter - tail, len(new) - tail))
