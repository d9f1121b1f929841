"""One entity from a project's tree to the user's, or back: with all that the layers of its tree say of it.

Each layer goes to the one of the same name, so who had it as an overlay says has it so there.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.formats.edit import Insert, Remove
from reconciler.mapping.filling import secret_names
from reconciler.mapping.layer_files import FileEdits, Files, written
from reconciler.mapping.layers import Layer, Piece, Repository, base_of, path_of, within
from reconciler.mapping.lowering import stands_alone
from reconciler.model.names import TOOLS, EntityId, kind_of


def crossed(repository: Repository, entity: EntityId, source: Layer, to: Layer) -> Files:
    """The files that change. ``source`` and ``to`` are the first layers of the two trees."""
    out: Files = {}
    edits = FileEdits()
    for layer, piece in said_in(repository, source, entity):
        there = path_of(within(to, Layer(layer.removeprefix(source).strip("/"))), entity)
        if kind_of(entity) == TOOLS:
            edits.add(piece.path, Remove(("entry", entity)))
            edits.add(there, Insert(("entry", entity), None))
        else:
            out |= {piece.path: None, there: repository.files[piece.path]}
    return {**out, **written(repository.files, edits)}


def why_not(repository: Repository, entity: EntityId, source: Layer, to: Layer) -> str:
    """Why an entity cannot cross; empty when it can. Names of secrets are told, never values."""
    pieces = [piece for _, piece in said_in(repository, source, entity)]
    if not any(stands_alone(entity, piece) for piece in pieces):
        return "no layer there has it whole"
    if kind_of(entity) == TOOLS and any(piece.is_absent for piece in pieces):
        return "an overlay there takes it away for some; take that back first"
    if any(said_in(repository, to, entity)):
        return f"{tree_name(to)} has one of this name already; change or remove one of the two first"
    secrets = sorted({name for piece in pieces for leaf in piece.fields.values() for name in secret_names(leaf)})
    if to and secrets:
        return f"a project's files are given no secret ({', '.join(secrets)}); put a variable there first, as ${{env:NAME}}"
    return ""


def said_in(repository: Repository, base: Layer, entity: EntityId) -> Iterator[tuple[Layer, Piece]]:
    """What the layers of one tree say of an entity."""
    for layer, held in repository.layers.items():
        if base_of(layer) == base:
            yield from ((layer, piece) for piece in held.get(entity, ()))


def tree_name(base: Layer) -> str:
    """What people call a tree of layers, by the first of them."""
    parts = base.split("/")
    if len(parts) > 2:
        return f"what {parts[6]} keeps on {parts[4]} for the folder of {parts[1]} alone"
    return f"the project {parts[1]}" if base else "the user's scope"
