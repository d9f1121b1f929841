"""From a changed config of one target back to the files of the repository: which layer each change belongs to.

A change goes to the layer that the value came from; what still hides it goes to the layer that lies on top.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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
    machine_layer,
    path_of,
    read_repository,
)
from reconciler.model.fields import Config, Fields, Path, changed_paths, nested
from reconciler.model.names import MCP, RULES, TOOLS, EntityId, kind_of

_ABSOLUTE = re.compile(r"(^|[=:,])(/[\w.~-]|[A-Za-z]:\\)")
_ROUNDS = 4
"""Each round opens at most one more level of what a layer hid."""

Placement = Callable[[EntityId], Layer]
"""The layer of an entity that no layer of the target holds yet."""


def has_machine_path(fields: Fields) -> bool:
    """True for a server that names an absolute path outside of the home folder: it makes sense on this machine only."""
    places = (("command",), ("cwd",))
    texts = [v for p, v in fields.items() if p in places or p[0] == "env"] + list(fields.get(("args",), []))
    return any(isinstance(t, str) and _ABSOLUTE.search(t) and "://" not in t for t in texts)


def usual_placement(machine: str, own_layers: Mapping[EntityId, Layer], new_entities: Mapping[str, Layer], after: Config) -> Placement:
    """Where new entities go: ``own_layers`` first, then servers with a machine's path, then by kind."""

    def placed(entity: EntityId) -> Layer:
        if entity in own_layers:
            return own_layers[entity]
        if kind_of(entity) == MCP and has_machine_path(after[entity]):
            return machine_layer(machine)
        return new_entities.get(kind_of(entity), BASE)

    return placed


def lowered(
    repository: Repository,
    machine: str,
    client: str,
    before: Config,
    after: Config,
    placement: Placement,
    overlaid: Sequence[Path] = (),
    own: Layer | None = None,
    base: Layer = BASE,
) -> Files:
    """The files that change so that the target's config is ``after`` instead of ``before``.

    ``overlaid`` are paths whose new value goes to the layer ``own`` (None: the client's), whatever layer holds the entity.
    ``base`` is the first layer of the target's scope.
    """
    layers = chain(machine, client, base)
    mine = own or layers[:2][-1]
    out = FileEdits()
    changed = [e for e in {**before, **after} if e not in before or e not in after or changed_paths(before[e], after[e])]
    for entity in changed:
        new = after.get(entity)
        held_by = _held_by(repository, layers, entity)
        if new is None:
            _take_away(repository, entity, held_by, out)
        elif kind_of(entity) == TOOLS:
            _put_entry(entity, [p for _, p in held_by], placement, out)
        elif not held_by:
            _put_new(placement(entity), mine, entity, new, overlaid, out)
        elif not is_meant(entity, laid(p for _, p in held_by), client):
            _put_over(path_of(mine, entity), laid(p for _, p in held_by), new, out)
        else:
            _change(entity, [p for _, p in held_by], new, mine, overlaid, out)
    named = {e: after[e] for e in changed if e in after and kind_of(e) != TOOLS}
    return _settled(repository, layers, named, written(repository.files, out))


def _held_by(repository: Repository, layers: Sequence[Layer], entity: EntityId) -> list[tuple[Layer, Piece]]:
    return [(layer, p) for layer in layers for p in repository.layers.get(layer, {}).get(entity, ())]


# ---------------------------------------------------------------- edits by entity


def _take_away(repository: Repository, entity: EntityId, held_by: list[tuple[Layer, Piece]], out: FileEdits) -> None:
    """Every layer of the target gives the entity up; when the base does, overlays that others laid on it go too."""
    pieces = [p for _, p in held_by]
    for base in [layer for layer, _ in held_by if layer == base_of(layer)]:
        others = [held for layer, held in repository.layers.items() if layer != base and base_of(layer) == base]
        pieces += [p for held in others for p in held.get(entity, ()) if not stands_alone(entity, p)]
    for piece in pieces:
        if kind_of(entity) == TOOLS:
            out.add(piece.path, Remove(("entry", entity)))
        else:
            out.gone.add(piece.path)


def stands_alone(entity: EntityId, piece: Piece) -> bool:
    """True for a piece that makes an entity without a layer below it."""
    own = {MCP: (("command",), ("url",)), RULES: (("body",),), TOOLS: (("entry",),)}[kind_of(entity)]
    return any(p in piece.fields for p in own)


def _put_entry(entity: EntityId, held_by: Sequence[Piece], placement: Placement, out: FileEdits) -> None:
    """An allowed-tools entry is there again: what takes it away goes, from the top down to where it stands."""
    for piece in reversed(held_by):
        if not piece.is_absent:
            return
        out.add(piece.path, Remove(("entry", entity)))
    out.add(path_of(placement(entity), entity), Insert(("entry", entity), None))


def _put_new(layer: Layer, client: Layer, entity: EntityId, new: Fields, overlaid: Sequence[Path], out: FileEdits) -> None:
    for at, value in ordered(new):
        out.set(path_of(client if at in overlaid else layer, entity), at, value)


def _put_over(path: str, below: Fields, new: Fields, out: FileEdits) -> None:
    """A rule of the same name that is meant for others stays theirs: this client's own lies over it."""
    for at in changed_paths(below, new):
        out.set(path, at, new.get(at))


def _change(entity: EntityId, held_by: Sequence[Piece], new: Fields, client: Layer, overlaid: Sequence[Path], out: FileEdits) -> None:
    if held_by[-1].is_absent:
        for piece in held_by:
            if piece.is_absent:
                out.add(piece.path, Remove(("absent",)))
        held_by = [Piece(p.fields, p.nulls, path=p.path) for p in held_by]
    last_absent = max((i for i, p in enumerate(held_by) if p.is_absent), default=-1)
    held_by = held_by[last_absent + 1 :]
    shown = laid(held_by)
    for at in changed_paths(finished(entity, shown) or shown, new):
        if at in overlaid:
            out.set(path_of(client, entity), at, new.get(at))
            continue
        holders = [p for p in held_by if at in p.fields or at in p.nulls]
        top = holders[-1] if holders else held_by[0]
        out.set(top.path, at, new.get(at, None if len(holders) > 1 else GONE))


def _settled(repository: Repository, layers: Sequence[Layer], wanted: Config, files: Files) -> Files:
    """The files with what is still hidden by a higher layer, or shows through from a lower one, said on top."""
    out = dict(files)
    for _ in range(_ROUNDS):
        all_files = {**repository.files, **out}
        ours = {p: data for e in wanted for layer in layers if (data := all_files.get(p := path_of(layer, e))) is not None}
        ours |= {p.path: data for e in wanted for _, p in _held_by(repository, layers, e) if (data := all_files.get(p.path)) is not None}
        edits = FileEdits()
        again = read_repository(ours, PieceCache())
        for entity, new in wanted.items():
            pieces = [p for _, p in _held_by(again, layers, entity)]
            shown = laid(pieces)
            for at in changed_paths(finished(entity, shown) or shown, new):
                edits.set(pieces[-1].path, at, new.get(at))
        if not edits.edits and not edits.bodies:
            break
        out |= written(ours, edits)
    return out


def config_of(fields: Fields) -> dict[str, Any]:
    """The nested form of an entity in schema order, as people read it."""
    return nested(dict(ordered(fields)))


def piece_text(path: str, old: bytes, before: Mapping[EntityId, Fields], after: Mapping[EntityId, Fields | None]) -> bytes | None:
    """One file with its entities changed from ``before`` to ``after``; None when nothing is left in it."""
    out = FileEdits()
    for entity in {**before, **after}:
        was, now = before.get(entity), after.get(entity)
        if was == now:
            continue
        if kind_of(entity) == TOOLS:
            out.add(path, Remove(("entry", entity)) if now is None else Insert(("entry", entity), None))
        elif now is None:
            return None
        else:
            for at in changed_paths(was or {}, now):
                out.set(path, at, now.get(at, GONE))
    return written({path: old}, out).get(path, old) or None
