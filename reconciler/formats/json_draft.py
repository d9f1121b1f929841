"""What a document is to become, over the nodes that it is now: edits are made here before any byte is touched.

Untouched values stay the very nodes that were parsed, so that the writer can tell kept from new. Mirrors ``applied``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from reconciler.formats.edit import Edit, EditRefused, Insert, Key, KeyPath, Remove, Set
from reconciler.formats.json_parse import Node

_MATCHED_ITEMS = 2_000  # matching may take quadratic time: longer differences are paired by place


@dataclass(frozen=True)
class New:
    """A value that takes the place of ``over``, or stands in a new place."""

    value: Any
    over: Node | None = None


@dataclass
class MapDraft:
    """An object being edited; ``over`` is what it was, None for a new one."""

    kids: dict[str, Item]
    over: Node | None = None


@dataclass
class ListDraft:
    """A list being edited."""

    kids: list[Item]
    over: Node | None = None


Draft = MapDraft | ListDraft
Item = Node | New | MapDraft | ListDraft


def drafted(root: Node, edits: list[Edit]) -> Item:
    """The document after the edits; ``root`` itself when they change nothing. Raises ``EditRefused``."""
    top = ListDraft([root])
    for edit in edits:
        if not edit.path and not isinstance(edit, Insert):
            raise EditRefused("the whole document cannot be set or removed")
        if any(isinstance(key, int) and key < 0 for key in edit.path):
            raise EditRefused("places in a list count from 0")
        _make(top, edit)
    return top.kids[0]


def plain(item: Item) -> Any:
    """The value that an item stands for."""
    if isinstance(item, MapDraft):
        return {key: plain(kid) for key, kid in item.kids.items()}
    return [plain(kid) for kid in item.kids] if isinstance(item, ListDraft) else item.value


def origin(item: Item) -> Node | None:
    """The node that an item is, or stands in place of."""
    return item if isinstance(item, Node) else item.over


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: unlike Python's ``==``, tells 1 from true and from 1.0; keys have no order."""
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(v, other[k]) for k, v in one.items())
    if isinstance(one, list | tuple):
        return isinstance(other, list | tuple) and len(one) == len(other) and all(map(same, one, other))
    return all(isinstance(one, t) == isinstance(other, t) for t in (bool, float)) and bool(one == other)


def _make(top: ListDraft, edit: Edit) -> None:
    path: KeyPath = (0, *edit.path)
    match edit:
        case Insert(value=value, index=index):
            _insert(_made(top, path, path, ListDraft([])), edit.path, value, index)
        case Set(value=value):
            parent = _made(top, path[:-1], path[:-1], MapDraft({}))
            _set(parent, path, value)
        case Remove():
            _remove(_found(top, path[:-1]), path[-1])


def _insert(draft: Draft, path: KeyPath, value: Any, index: int | None) -> None:
    if not isinstance(draft, ListDraft) or (index or 0) < 0:
        raise EditRefused(f"{_shown(path)} is not a list, or the place is below 0")
    draft.kids.insert(len(draft.kids) if index is None else index, New(value))


def _set(parent: Draft, path: KeyPath, value: Any) -> None:
    key = path[-1]
    if isinstance(parent, MapDraft) and isinstance(key, str):
        parent.kids[key] = _revised(parent.kids.get(key), value)
    elif isinstance(parent, ListDraft) and isinstance(key, int) and key < len(parent.kids):
        parent.kids[key] = _revised(parent.kids[key], value)
    else:
        raise EditRefused(f"{_shown(path[1:])} is not there to be set")


def _remove(parent: Draft | None, key: Key) -> None:
    if isinstance(parent, MapDraft) and isinstance(key, str):
        parent.kids.pop(key, None)
    elif isinstance(parent, ListDraft) and isinstance(key, int) and key < len(parent.kids):
        del parent.kids[key]


def _made(at: Draft, path: KeyPath, left: KeyPath, last: Draft) -> Draft:
    """The container at a path, opened for editing; what is missing on the way is made, ``last`` at the end."""
    for i, key in enumerate(left):
        if isinstance(at, MapDraft) and isinstance(key, str) and _is_nothing(at.kids.get(key)):
            at.kids[key] = last if i == len(left) - 1 else MapDraft({})
        child = _opened_child(at, key)
        if child is None:
            raise EditRefused(f"{_shown(path[1:])} is not there to be edited")
        at = child
    return at


def _found(at: Draft, path: KeyPath) -> Draft | None:
    for key in path:
        child = _opened_child(at, key)
        if child is None:
            return None
        at = child
    return at


def _opened_child(parent: Draft, key: Key) -> Draft | None:
    if isinstance(parent, MapDraft) and isinstance(key, str) and key in parent.kids:
        if draft := _opened(parent.kids[key]):
            parent.kids[key] = draft
        return draft
    if isinstance(parent, ListDraft) and isinstance(key, int) and key < len(parent.kids):
        if draft := _opened(parent.kids[key]):
            parent.kids[key] = draft
        return draft
    return None


def _opened(item: Item) -> Draft | None:
    """An object or list with its entries as items; None for anything else."""
    if isinstance(item, MapDraft | ListDraft):
        return item
    if isinstance(item, Node) and item.parts is not None:
        if isinstance(item.value, dict):
            return MapDraft({part.key: part.node for part in item.parts if part.key is not None}, item)
        return ListDraft([part.node for part in item.parts], item)
    if isinstance(item.value, dict):
        return MapDraft({key: New(value) for key, value in item.value.items()}, origin(item))
    return ListDraft([New(value) for value in item.value], origin(item)) if isinstance(item.value, list | tuple) else None


def _revised(item: Item | None, value: Any) -> Item:
    """``item`` made to hold ``value``, equal parts kept."""
    if item is None:
        return New(value)
    if isinstance(item, Node) and same(item.value, value):
        return item
    draft = _opened(item)
    if isinstance(draft, MapDraft) and isinstance(value, dict):
        draft.kids = {k: kid for k, kid in draft.kids.items() if k in value}
        draft.kids |= {k: _revised(draft.kids.get(k), v) for k, v in value.items()}
        return draft
    if isinstance(draft, ListDraft) and isinstance(value, list | tuple):
        return ListDraft(_revised_items(draft.kids, list(value)), draft.over)
    return New(value, origin(item))


def _revised_items(old: list[Item], new: list[Any]) -> list[Item]:
    before, after = [_print(plain(item)) for item in old], [_print(value) for value in new]
    out: list[Item] = []
    for tag, i, i_end, j, j_end in _matched(before, after):
        if tag == "equal":
            out += old[i:i_end]
            continue
        pairs = min(i_end - i, j_end - j)
        out += [_revised(old[i + n], new[j + n]) for n in range(pairs)]
        out += [New(value) for value in new[j + pairs : j_end]]
    return out


def _matched(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    """Which places of the one list are which of the other, as ``SequenceMatcher`` tells it."""
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    tail = next((n for n in range(shorter - head) if before[-1 - n] != after[-1 - n]), shorter - head)
    b_end, a_end = len(before) - tail, len(after) - tail
    middle: list[tuple[str, int, int, int, int]] = [("replace", head, b_end, head, a_end)]
    if max(b_end, a_end) - head <= _MATCHED_ITEMS:
        codes = SequenceMatcher(None, before[head:b_end], after[head:a_end]).get_opcodes()
        middle = [(tag, head + i, head + i_end, head + j, head + j_end) for tag, i, i_end, j, j_end in codes]
    return [("equal", 0, head, 0, head), *middle, ("equal", b_end, len(before), a_end, len(after))]


def _is_nothing(item: Item | None) -> bool:
    return item is None or (isinstance(item, Node | New) and item.value is None)


def _print(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _shown(path: KeyPath) -> str:
    return ".".join(map(str, path)) or "the document"
