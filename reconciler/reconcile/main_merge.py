"""Two mains that grew apart: what this machine landed, laid on what the remote has. On the model, never on text.

Where both changed one thing differently, the remote's version stands, and ours is named: its target takes it back into
a change branch, so that it meets main there like every other conflict. Pure but for reading revisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.formats import yaml_text
from reconciler.formats.edit import Edit, FormatError, Remove, Set
from reconciler.mapping.layer_files import Files
from reconciler.mapping.layers import Piece, PieceCache, place_of, read_repository
from reconciler.mapping.lowering import piece_text
from reconciler.merge.entity import merge_entity
from reconciler.merge.text import merged_text
from reconciler.model.fields import Fields
from reconciler.model.names import TOOLS, EntityId, kind_of
from reconciler.reconcile.centre import validated

Tree = Mapping[str, bytes]


@dataclass(frozen=True)
class Left:
    """What stays as the remote has it. ``entity`` is None where the file is no entity's; ``at`` names what differs in it."""

    path: str
    entity: EntityId | None
    at: str = ""


@dataclass(frozen=True)
class MergedMains:
    """``changes`` bring the remote's tree to the merge; ``left`` is what is not in it of ours."""

    changes: Files
    left: tuple[Left, ...]


def merged_mains(base: Tree, ours: Tree, theirs: Tree, cache: PieceCache) -> MergedMains:
    """Take in what one side changed, merge what both did."""
    changes: Files = {}
    left: list[Left] = []
    for path in sorted({*base, *ours}):
        was, mine, yours = base.get(path), ours.get(path), theirs.get(path)
        if mine in (was, yours):
            continue
        if yours == was:
            changes[path] = mine
            continue
        new, stays = _merged(path, was, mine, yours, cache)
        left += stays
        if new != yours:
            changes[path] = new
    return _valid(changes, left, ours, theirs, cache)


def _valid(changes: Files, left: list[Left], ours: Tree, theirs: Tree, cache: PieceCache) -> MergedMains:
    """Without the files that make no sense as merged: there the remote's stands."""
    tree = {path: data for path, data in {**theirs, **changes}.items() if data is not None}
    wrong = {p.file for p in validated(read_repository(tree, cache))} & changes.keys()
    for path in sorted(wrong):
        del changes[path]
        left += [one for one in _all_of(path, ours.get(path), theirs.get(path), cache) if one not in left]
    return MergedMains(changes, tuple(left))


def _merged(path: str, was: bytes | None, mine: bytes | None, yours: bytes | None, cache: PieceCache) -> tuple[bytes | None, list[Left]]:
    if place_of(path):
        return _entity_file(path, was, mine, yours, cache)
    if path.endswith(".yaml"):
        return _settings_file(path, was, mine, yours)
    text = None if None in (was, mine, yours) else merged_text(*((data or b"").decode("utf-8", "surrogateescape") for data in (was, mine, yours)))
    return (yours, [Left(path, None)]) if text is None else (text.encode("utf-8", "surrogateescape"), [])


# ------------------------------------------------------------ files of entities


def _entity_file(path: str, was: bytes | None, mine: bytes | None, yours: bytes | None, cache: PieceCache) -> tuple[bytes | None, list[Left]]:
    pieces = [_pieces(path, data, cache) for data in (was, mine, yours)]
    if any(found is None for found in pieces):
        return yours, _all_of(path, mine, yours, cache)
    base, local, central = (found or {} for found in pieces)
    merged: dict[EntityId, Fields | None] = {}
    left: list[Left] = []
    for entity in {**base, **local, **central}:
        versions = [side.get(entity) for side in (base, local, central)]
        result = _one(entity, *versions)
        if result is _DISPUTED:
            left.append(Left(path, entity))
            result = versions[2]
        if result is not versions[2]:
            merged[entity] = None if result is None else _fields(result)
    kept = {entity: _fields(piece) for entity, piece in central.items()}
    return (piece_text(path, yours or b"", kept, {**kept, **merged}) if merged else yours), left


_DISPUTED = Piece({}, path="disputed")


def _one(entity: EntityId, base: Piece | None, local: Piece | None, central: Piece | None) -> Piece | None:
    """The piece that both sides come to; ``central`` itself when that stands, ``_DISPUTED`` when they cannot agree."""
    if _same(local, base) or _same(local, central):
        return central
    if _same(central, base) and (local is None or not local.is_absent):
        return local
    if len({(piece.nulls, piece.is_absent) if piece else (frozenset(), False) for piece in (base, local, central)}) > 1:
        return _DISPUTED  # what an overlay takes away from the layers below is no field to be merged
    done = merge_entity(entity, *(None if piece is None else _fields(piece) for piece in (base, local, central)))
    if done.conflicts:
        return _DISPUTED
    return None if done.fields is None else Piece(done.fields)


def _same(one: Piece | None, other: Piece | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.fields, one.nulls, one.is_absent) == (other.fields, other.nulls, other.is_absent)


def _fields(piece: Piece) -> Fields:
    return {**dict.fromkeys(piece.nulls), **piece.fields}


def _pieces(path: str, data: bytes | None, cache: PieceCache) -> dict[EntityId, Piece] | None:
    """The pieces of one file; None when it cannot be read."""
    if data is None:
        return {}
    found = read_repository({path: data}, cache)
    return None if found.problems else {e: piece for held in found.layers.values() for e, pieces in held.items() for piece in pieces}


def _all_of(path: str, mine: bytes | None, yours: bytes | None, cache: PieceCache) -> list[Left]:
    ours, theirs = _pieces(path, mine, cache), _pieces(path, yours, cache)
    place = place_of(path)
    if place is None or ours is None or theirs is None:
        return [Left(path, place[1] if place and kind_of(place[1]) != TOOLS else None)]
    return [Left(path, e) for e in {**ours, **theirs} if not _same(ours.get(e), theirs.get(e))]


# ------------------------------------------------------------ reconciler.yaml, machines/*.yaml


def _settings_file(path: str, was: bytes | None, mine: bytes | None, yours: bytes | None) -> tuple[bytes | None, list[Left]]:
    """Key by key; of lists that both changed, what each added and took away."""
    try:
        values = [yaml_text.read(data) if data else {} for data in (was, mine, yours)]
    except FormatError:
        return yours, [Left(path, None)]
    if yours is None or mine is None or not all(isinstance(value, dict) for value in values):
        return yours, [Left(path, None)]
    left: list[Left] = []
    edits = list(_edits((), values[0], values[1], values[2], left, path))
    try:
        return (yaml_text.edit(yours, edits) if edits else yours), left
    except FormatError:
        return yours, [Left(path, None)]


def _edits(at: tuple[str, ...], base: Any, local: Any, central: Any, left: list[Left], path: str) -> Iterator[Edit]:
    for key in {**base, **local}:
        was, mine, yours = (side.get(key, _NONE) for side in (base, local, central))
        if mine in (was, yours):
            continue
        if all(isinstance(value, dict) for value in (mine, yours)):
            yield from _edits((*at, key), was if isinstance(was, dict) else {}, mine, yours, left, path)
        elif yours == was:
            yield Remove((*at, key)) if mine is _NONE else Set((*at, key), mine)
        elif all(isinstance(value, list) for value in (mine, yours)) and key != "policies":  # their order says who wins
            old = was if isinstance(was, list) else []
            yield Set((*at, key), [item for item in yours if item in mine or item not in old] + [i for i in mine if i not in old and i not in yours])
        else:
            left.append(Left(path, None, ".".join((*at, str(key)))))


_NONE = object()
