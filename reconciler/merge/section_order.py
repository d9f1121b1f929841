"""The order of sections after a merge. Sections that both sides add in one place get an order that is nobody's."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.merge.sections import Key, level


def merged_order(base: list[Key], local: list[Key], central: list[Key], kept: Collection[Key]) -> list[Key] | None:
    """The kept keys in order, or None when the two sides moved sections differently."""
    old = set(base) & set(kept)
    skeleton = _one_order([k for k in base if k in old], [k for k in local if k in old], [k for k in central if k in old])
    if skeleton is None:
        return None
    ours, theirs = _added(local, old, kept), _added(central, old, kept)
    order: list[Key] = []
    for anchor in (None, *skeleton):
        added = _interleaved(ours.get(anchor, []), theirs.get(anchor, []))
        if added is None:
            return None
        order += [*([] if anchor is None else [anchor]), *added]
    return order if len(order) == len(set(order)) else None


def _one_order(base: list[Key], local: list[Key], central: list[Key]) -> list[Key] | None:
    if local in (central, base):
        return central
    return local if central == base else None


def _added(side: list[Key], old: Collection[Key], kept: Collection[Key]) -> dict[Key | None, list[Key]]:
    """New sections of one side, by the old section that they follow (None: by none)."""
    added: dict[Key | None, list[Key]] = {}
    anchor: Key | None = None
    for key in side:
        if key in old:
            anchor = key
        elif key in kept:
            added.setdefault(anchor, []).append(key)
    return added


def _interleaved(ours: list[Key], theirs: list[Key]) -> list[Key] | None:
    """Both lists in one, each in its own order: deeper headings first, so that none ends below a stranger's."""
    out: list[Key] = []
    while ours and theirs:
        mine, other = ours[0], theirs[0]
        waits_mine, waits_other = mine in theirs[1:], other in ours[1:]
        if mine == other:
            ours, theirs = ours[1:], theirs[1:]
            out.append(mine)
        elif waits_mine and waits_other:
            return None
        elif waits_other or (not waits_mine and _rank(mine) < _rank(other)):
            ours = ours[1:]
            out.append(mine)
        else:
            theirs = theirs[1:]
            out.append(other)
    return out + ours + theirs


def _rank(key: Key) -> tuple[int, Key]:
    return -level(key), key
