"""`share` and `keep-local`: an entity goes to another layer by a commit, and every client follows.

Who gets something by it that risks what an approver must see is asked for, as with any commit on main.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.errors import Stalled
from reconciler.mapping.crossing import crossed
from reconciler.mapping.layer_files import Files
from reconciler.mapping.layers import BASE, PieceCache, Repository, base_of, machine_layer, project_layer, read_repository
from reconciler.mapping.moving import View, moved
from reconciler.model.fields import Fields
from reconciler.model.names import EntityId, Revision, TargetId, shown
from reconciler.reconcile import approvals
from reconciler.reconcile.centre import validated
from reconciler.reconcile.committing import committed, person
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.placing import Move, crossing, from_local, kept, main_in_force, overlay, shared
from reconciler.reconcile.targets import all_registered


@dataclass(frozen=True)
class Shared:
    """What a move did. ``changed`` has for each target the entities that it sees otherwise now."""

    moves: tuple[Move, ...]
    before: Revision
    head: Revision
    files: tuple[str, ...]
    changed: Mapping[TargetId, tuple[tuple[EntityId, Fields | None, Fields | None], ...]]


def share(engine: Reconciler, names: Sequence[str], client: str | None, machine: str | None, is_approved: bool) -> Shared:
    """Put entities of an overlay into the base: for everybody. ``client`` and ``machine`` say whose, where several have one."""
    wanted = overlay(engine, client, machine)
    return _move(engine, [shared(engine, name, wanted) for name in names], is_approved)


def keep_local(engine: Reconciler, names: Sequence[str], client: str | None, machine: str | None, is_approved: bool) -> Shared:
    """Put entities into an overlay, this machine's if nothing is said: the others lose them."""
    to = overlay(engine, client, machine) or machine_layer(engine.ports.machine)
    return _move(engine, [kept(engine, name, to) for name in names], is_approved)


def share_project(engine: Reconciler, names: Sequence[str], project: str, is_approved: bool) -> Shared:
    """Put entities of a project into the user's scope: every folder has them then, and the project no more."""
    return _move(engine, [crossing(engine, name, project_layer(project), BASE) for name in names], is_approved)


def share_local(engine: Reconciler, names: Sequence[str], project: str, client: str | None, is_approved: bool) -> Shared:
    """Put into a project what a client keeps on this machine for its folder alone: all who have the project get it."""
    return _move(engine, [from_local(engine, name, project, client) for name in names], is_approved)


def keep_in_project(engine: Reconciler, names: Sequence[str], project: str, is_approved: bool) -> Shared:
    """Put entities of the user's scope into a project: only its clients have them then."""
    return _move(engine, [crossing(engine, name, BASE, project_layer(project)) for name in names], is_approved)


# ---------------------------------------------------------------- the commit


def _move(engine: Reconciler, moves: list[Move], is_approved: bool) -> Shared:
    """One commit for all. Raises ``Stalled`` when the files would not validate: then nothing is changed."""
    before = main_in_force(engine)
    todo = [m for m in moves if m.source != m.to]
    if not todo:
        return Shared(tuple(moves), before, before, (), {})
    entities = [m.entity for m in todo]
    said: list[tuple[str, ...]] = []

    def changes(main: Revision) -> dict[str, bytes | None]:
        files = dict(engine.centre.store.files(main))
        for move in todo:
            repository = read_repository(files, engine.centre.cache)
            for path, data in _moved(engine, repository, move).items():
                if data is None:
                    files.pop(path, None)
                else:
                    files[path] = data
        old = engine.centre.store.files(main)
        _insist(files)
        said.append(tuple(sorted(p for p in {**old, **files} if old.get(p) != files.get(p))))
        return {p: files.get(p) for p in said[-1]}

    def approve(main: Revision, new: Revision) -> None:
        who, is_said = person(engine), is_approved and engine.ports.approves
        for base in {base_of(layer) for move in todo for layer in (move.source, move.to)}:
            waiting = approvals.waiting_at(engine.centre, [t for t in engine.targets() if t.base == base], main) if is_said else entities
            approvals.note(engine.centre, main, new, base, [e for e in entities if e not in waiting], f"approved by {who.name}", who)
            approvals.withdraw(engine.centre, main, new, base, [e for e in entities if e in waiting], who)

    head = committed(engine, changes, _subject(todo), [("Entity", e) for e in entities], approve)
    return Shared(tuple(moves), before, head, said[-1] if said else (), _changed(engine, before, head, entities))


def _moved(engine: Reconciler, repository: Repository, move: Move) -> Files:
    if base_of(move.source) != base_of(move.to):
        return crossed(repository, move.entity, move.source, move.to)
    return moved(repository, move.entity, move.source, move.to, _views(engine, repository))


def _subject(moves: Sequence[Move]) -> str:
    verb = "Share" if moves[0].to == BASE else "Keep local"
    place = moves[0].to or moves[0].source
    names = ", ".join(shown(m.entity)[1] or str(m.entity) for m in moves)
    return f"{verb} {names if len(names) <= 50 else f'{len(moves)} entities'} ({place})"


def _insist(files: Mapping[str, bytes]) -> None:
    for problem in validated(read_repository(files, PieceCache())):
        raise Stalled(f"{problem.file}: it would not validate then: {problem.reason}; nothing was changed")


def _views(engine: Reconciler, repository: Repository) -> list[View]:
    """Every machine and client that the repository knows, or that an overlay is for."""
    parts = [layer.split("/") for layer in repository.layers if layer and base_of(layer) == BASE]
    targets = all_registered(repository.files)
    machines = {t.machine for t in targets} | {p[2] for p in parts if p[1] == "machine"} | {engine.ports.machine}
    clients = {t.client for t in targets} | {p[-1] for p in parts if p[-2] == "client"}
    return [(machine, client) for machine in sorted(machines) for client in sorted(clients)]


def _changed(
    engine: Reconciler, before: Revision, head: Revision, entities: Sequence[EntityId]
) -> dict[TargetId, tuple[tuple[EntityId, Fields | None, Fields | None], ...]]:
    out = {}
    for target in all_registered(engine.centre.store.files(head)):
        old, new = (engine.centre.whole(revision, target) for revision in (before, head))
        out[target.id] = tuple((e, old.get(e), new.get(e)) for e in entities if old.get(e) != new.get(e))
    return {target: rows for target, rows in out.items() if rows}
