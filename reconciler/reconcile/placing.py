"""Which layer an entity is in, and which one a person means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reconciler.all_adapters import CATALOGUE
from reconciler.errors import Stalled
from reconciler.mapping.crossing import said_in, tree_name, why_not
from reconciler.mapping.layers import BASE, Layer, Repository, base_of, client_layer, local_layer, machine_layer, project_layer
from reconciler.mapping.lowering import has_machine_path, stands_alone
from reconciler.mapping.moving import holds, pieces_of
from reconciler.model.names import EntityId, Revision
from reconciler.plan.adoption import own_layer
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import OWN_TEXTS, adapter_named, all_registered


@dataclass(frozen=True)
class Move:
    """One entity and its layers; ``source`` is ``to`` when it is there already. ``warning`` is for people."""

    entity: EntityId
    source: Layer
    to: Layer
    warning: str = ""


def overlay(engine: Reconciler, client: str | None, machine: str | None) -> Layer | None:
    """The layer that a person named."""
    if client is not None:
        adapter_named(client)
    known = {t.machine for t in all_registered(_files(engine))} | {engine.ports.machine}
    if machine is not None and machine not in known:
        raise Stalled(f"{machine}: there is no such machine; there are: {', '.join(sorted(known))}")
    if client and machine:
        return own_layer(machine, client)
    return client_layer(client) if client else machine_layer(machine) if machine else None


def shared(engine: Reconciler, name: str, wanted: Layer | None) -> Move:
    """From the overlay that has it, or the one that is wanted, to the base."""
    repository, entity = _repository(engine), _entity(engine, name)
    held = [layer for layer in _overlays(repository) if pieces_of(repository, layer, entity)]
    if wanted is not None and wanted not in held:
        raise Stalled(f"{name}: {wanted} says nothing of it{_where(held)}")
    source = wanted or _meant(engine, repository, name, entity, held)
    pieces = pieces_of(repository, source, entity)
    if any(p.is_absent for p in pieces):
        raise Stalled(f"{name}: {source} takes it away, so there is nothing to share; take it away in the repository, or delete {pieces[-1].path}")
    if not any(stands_alone(entity, p) for layer in (source, BASE) for p in pieces_of(repository, layer, entity)):
        raise Stalled(f"{name}: {source} holds a part of it only, and the base has nothing that it could lie on; share the whole first")
    path = any(has_machine_path(p.fields) for p in pieces)
    return Move(entity, source, BASE, "it names a path of one machine, outside of the home folder" if path and source != BASE else "")


def kept(engine: Reconciler, name: str, to: Layer) -> Move:
    """From the base, or the one overlay that has it, to an overlay."""
    repository, entity = _repository(engine), _entity(engine, name)
    held = [layer for layer in (BASE, *_overlays(repository)) if holds(repository, layer, entity)]
    if BASE not in held and to in held:
        return Move(entity, to, to)
    if BASE not in held and len(held) != 1:
        raise Stalled(f"{name}: {'no layer has it whole' if not held else 'several layers have it'}{_where(held)}; share one first")
    return Move(entity, BASE if BASE in held else held[0], to)


def crossing(engine: Reconciler, name: str, source: Layer, to: Layer) -> Move:
    """From a project to the user's scope, or back, with what every layer says of it."""
    repository = _repository(engine)
    bases = {base_of(layer) for layer in repository.layers} | {t.base for t in all_registered(_files(engine))}
    known = {base.split("/")[1] for base in bases if base}
    for base in (source, to):
        if base and (project := base.split("/")[1]) not in known:
            projects = ", ".join(sorted(known)) or "none; `reconciler clients add CLIENT --project DIR` adds one"
            raise Stalled(f"{project}: there is no such project; there are: {projects}")
    entity = _entity(engine, name, source)
    if entity in OWN_TEXTS:
        raise Stalled(f"{name}: this is the own text of a client's file, which stays in that file; put what is to move into a rule of its own")
    if why := why_not(repository, entity, source, to):
        raise Stalled(f"{name}: {why}")
    path = any(has_machine_path(piece.fields) for _, piece in said_in(repository, source, entity))
    return Move(entity, source, to, "it names a path of one machine, outside of the home folder" if path else "")


def from_local(engine: Reconciler, name: str, project: str, client: str | None) -> Move:
    """From what a client keeps on this machine for the folder of a project alone, to the project."""
    machine, repository = engine.ports.machine, _repository(engine)
    if client is not None:
        adapter_named(client)
    trees = [local_layer(project, machine, a.client) for a in CATALOGUE if a.local and client in (None, a.client)]
    held = [tree for tree in trees if any(said_in(repository, tree, EntityId(name)))]
    if len(held) != 1:
        why = f"several have it: {', '.join(map(tree_name, held))}; say which with --client" if held else f"no client keeps it on {machine} for the folder of {project} alone"
        raise Stalled(f"{name}: {why}")
    return crossing(engine, name, held[0], project_layer(project))


def _meant(engine: Reconciler, repository: Repository, name: str, entity: EntityId, held: Sequence[Layer]) -> Layer:
    """The one overlay to share from: one that has the entity whole comes first, then one that this machine sees."""
    whole = [layer for layer in held if any(stands_alone(entity, p) for p in pieces_of(repository, layer, entity))]
    among = whole or held
    here = [layer for layer in among if not layer.startswith("overlays/machine/") or f"{layer}/".startswith(f"{machine_layer(engine.ports.machine)}/")]
    found = here or among
    if len(found) > 1:
        raise Stalled(f"{name}: several layers have it: {', '.join(found)}; say which with --client, --machine or both")
    return found[0] if found else BASE


def _overlays(repository: Repository) -> list[Layer]:
    """Those of the user's tree: what a project has is in a tree of its own."""
    return sorted(layer for layer in repository.layers if layer != BASE and base_of(layer) == BASE)


def _where(held: Sequence[Layer]) -> str:
    return f"; it is in {', '.join(layer or 'the base' for layer in held)}" if held else ""


def _entity(engine: Reconciler, name: str, base: Layer = BASE) -> EntityId:
    known = {e for layer, held in _repository(engine).layers.items() if base_of(layer) == base for e in held}
    for entity in (EntityId(name.replace("tools/default.", "tools/", 1)), EntityId(name)):
        if entity in known:
            return entity
    near = get_close_matches(name, [str(e) for e in known], n=1)
    where = f" in {tree_name(base)}" if base else ""
    raise Stalled(f"{name}: there is no such entity{where}{f'; did you mean {near[0]}?' if near else ', such as mcp/github'}")


def main_in_force(engine: Reconciler) -> Revision:
    """Main, when it validates: nobody decides about layers of one that does not."""
    head, problems = engine.centre.in_force()
    for problem in problems:
        raise Stalled(f"{problem.file}:{problem.line}: main does not validate: {problem.reason}; mend it first")
    if head is None:
        raise Stalled("there is no repository yet; run `reconciler init`")
    return head


def _files(engine: Reconciler) -> Mapping[str, bytes]:
    return engine.centre.store.files(main_in_force(engine))


def _repository(engine: Reconciler) -> Repository:
    return engine.centre.repository(main_in_force(engine))
