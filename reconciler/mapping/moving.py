"""One entity moved from one layer to another, and nobody's config changed who has it before and after.

Who sees both layers, and who has a version of its own, keeps the config that it had. Overlays of others that only lay
on the entity stay where they are: moved back, it is for everybody as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reconciler.formats.edit import Insert, Remove
from reconciler.mapping.layer_files import GONE, FileEdits, Files, ordered, written
from reconciler.mapping.layers import (
    BASE,
    Layer,
    Piece,
    PieceCache,
    Repository,
    base_of,
    chain,
    finished,
    is_meant,
    laid,
    path_of,
    place_of,
    read_repository,
)
from reconciler.mapping.lowering import stands_alone
from reconciler.model.fields import Fields, Path, changed_paths
from reconciler.model.names import TOOLS, EntityId, kind_of

View = tuple[str, str]
"""A machine and a client: what one target's config follows from."""


def moved(repository: Repository, entity: EntityId, source: Layer, to: Layer, views: Collection[View]) -> Files:
    """The files that change. ``views`` are all that may hold the entity, on every machine.

    What both layers say is laid on each other. That ``to`` takes the entity away is forgotten; ``source`` must hold it.
    """
    was = _about(repository.files, entity)
    out = _put_there(was, entity, source, to)
    is_first = source == BASE or not pieces_of(was, BASE, entity)
    own = [layer for layer in was.layers if is_first and layer not in (BASE, source, to) and holds(was, layer, entity)]
    for layer in own if kind_of(entity) != TOOLS else ():
        out |= _as_before(was, _with(was, out), entity, layer)
    for view in views:
        layers = chain(*view)
        if (source in layers and to in layers) or any(layer in layers for layer in own):
            out |= _kept(was, _with(was, out), entity, view)
    return {path: data for path, data in out.items() if data != repository.files.get(path)}


def _about(files: Mapping[str, bytes], entity: EntityId) -> Repository:
    """Only the files of the user's tree that say something of the entity, or could."""
    kind = kind_of(entity)
    about = {path for path in files if (place := place_of(path)) and base_of(place[0]) == BASE and (place[1] == entity or kind == kind_of(place[1]) == TOOLS)}
    return read_repository({path: files[path] for path in about}, PieceCache())


def _with(repository: Repository, out: Files) -> Repository:
    files = {**repository.files, **out}
    return read_repository({path: data for path, data in files.items() if data is not None}, PieceCache())


def pieces_of(repository: Repository, layer: Layer, entity: EntityId) -> tuple[Piece, ...]:
    return repository.layers.get(layer, {}).get(entity, ())


def view_of(repository: Repository, entity: EntityId, view: View) -> Fields | None:
    """The entity as one target should hold it; None when it should not."""
    pieces = [p for layer in chain(*view) for p in pieces_of(repository, layer, entity)]
    if not pieces or pieces[-1].is_absent:
        return None
    fields = laid(pieces)
    return finished(entity, fields) if is_meant(entity, fields, view[1]) else None


def holds(repository: Repository, layer: Layer, entity: EntityId) -> bool:
    """True for a layer with the whole entity, that no later file of the same layer takes away."""
    pieces = pieces_of(repository, layer, entity)
    after_absent = next((n for n in range(len(pieces), 0, -1) if pieces[n - 1].is_absent), 0)
    return any(stands_alone(entity, p) for p in pieces[after_absent:])


# ---------------------------------------------------------------- the move itself


def _put_there(repository: Repository, entity: EntityId, source: Layer, to: Layer) -> Files:
    here, there = pieces_of(repository, source, entity), [p for p in pieces_of(repository, to, entity) if not p.is_absent]
    if kind_of(entity) == TOOLS:
        return _entry_moved(repository, entity, source, to)
    low, high = (here, there) if _rank(source) < _rank(to) else (there, here)
    start = (low or high)[-1]
    old = repository.files[start.path]
    edits = FileEdits()
    _say(edits, start.path, start, laid([*low, *high]))
    new = written({start.path: old}, edits).get(start.path, old)
    gone: Files = {p.path: None for p in (*here, *pieces_of(repository, to, entity))}
    return {**gone, path_of(to, entity): new}


def _rank(layer: Layer) -> int:
    return {(): 0, ("client",): 1, ("machine",): 2}.get(tuple(layer.split("/")[1:-1:2]), 3)


def _say(edits: FileEdits, path: str, old: Piece, new: Mapping[Path, Any]) -> None:
    """Make a file say ``new`` and nothing else: what it takes away from below goes too."""
    for at in old.nulls:
        if at not in new:
            edits.set(path, at, GONE)
    for at in changed_paths(old.fields, new):
        edits.set(path, at, new.get(at, GONE))


def _entry_moved(repository: Repository, entity: EntityId, source: Layer, to: Layer) -> Files:
    edits = FileEdits()
    for piece in (*pieces_of(repository, source, entity), *pieces_of(repository, to, entity)):
        edits.add(piece.path, Remove(("entry", entity)))
    once = written(repository.files, edits)
    files = {path: data for path, data in {**repository.files, **once}.items() if data is not None}
    put = FileEdits()
    put.add(path_of(to, entity), Insert(("entry", entity), None))
    return {**once, **written(files, put)}


# ---------------------------------------------------------------- who keeps what it had


def _as_before(was: Repository, now: Repository, entity: EntityId, layer: Layer) -> Files:
    """A layer with a version of its own says on it what the base said, and takes away what the base says now."""
    before, after = (laid([*pieces_of(r, BASE, entity), *pieces_of(r, layer, entity)]) for r in (was, now))
    return _edited(now, pieces_of(now, layer, entity)[-1].path, after, before)


def _kept(was: Repository, now: Repository, entity: EntityId, view: View) -> Files:
    """What a view sees otherwise now is said by the last of its layers."""
    before = view_of(was, entity, view)
    if before is None or before == view_of(now, entity, view):
        return {}
    pieces = [p for layer in chain(*view) for p in pieces_of(now, layer, entity)]
    shown = {} if pieces[-1].is_absent else laid(pieces)
    layer = chain(*view)[-1]
    if kind_of(entity) != TOOLS:
        return _said(now, entity, layer, finished(entity, shown) or shown, before)
    edits = FileEdits()
    edits.add(path_of(layer, entity), Insert(("entry", entity), None))
    return written(now.files, edits)


def _said(now: Repository, entity: EntityId, layer: Layer, after: Fields, before: Fields) -> Files:
    """The last layer says what is otherwise; all of it where the layer had the entity whole, and would not any more."""
    path = path_of(layer, entity)
    out = _edited(now, path, after, before)
    if holds(now, layer, entity) and not holds(_with(now, out), layer, entity):
        return _edited(now, path, after, before, before)
    return out


def _edited(now: Repository, path: str, after: Fields, before: Fields, anyway: Collection[Path] = ()) -> Files:
    edits = FileEdits()
    for at, value in ordered({at: before.get(at) for at in dict.fromkeys([*changed_paths(after, before), *anyway])}):
        edits.set(path, at, value)
    return written(now.files, edits)
