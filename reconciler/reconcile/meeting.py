"""Main here and main on the remote grew apart: one merge commit holds both, and what they dispute goes back to its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.errors import Stalled
from reconciler.mapping.layers import Repository, effective, read_repository
from reconciler.mapping.lowering import Placement, lowered
from reconciler.merge.semantics import settled_tools
from reconciler.model.names import EntityId, Revision, TargetId
from reconciler.model.refnames import MAIN
from reconciler.model.trailers import with_trailers
from reconciler.model.ulid import ulid
from reconciler.ports import Author, Store
from reconciler.reconcile.accepting import keep
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.giving_back import give_back, takers
from reconciler.reconcile.last_change import last_change
from reconciler.reconcile.main_merge import Left, MergedMains, merged_mains
from reconciler.reconcile.messages import side_rows
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.remote_standing import MAIN_REFUSED, load_facts
from reconciler.reconcile.targets import Target, all_registered


def meet(engine: Reconciler, ours: Revision, theirs: Revision) -> Revision:
    """Merge both into main. The remote's line comes first, so that its history reads on. Raises ``Raced`` when main moved.

    Where the host takes no push of main, and its main says all that ours does, main follows it instead.
    """
    centre, store = engine.centre, engine.ports.store
    base = store.shared(ours, theirs)
    if base is None:
        raise Stalled("main here and main on the remote have no commit in common")
    session = ulid(engine.ports.clock.now(), engine.ports.entropy(10))
    done = merged_mains(store.files(base), store.files(ours), store.files(theirs), centre.cache)
    done = _with_settled_tools(centre, base, ours, theirs, done)
    targets = engine.targets()
    back = takers(centre, targets, base, ours, done.left)
    if done.changes or _takes_main(engine, theirs):
        given = {entity for entities in back.values() for entity in entities}
        lost = [row for one in done.left if one.entity not in given for row in _lost(store, one, ours, theirs)]
        message = _message(engine, back, [("Session", session), *lost])
        author = Author("reconciler", f"reconciler@{engine.ports.machine}", engine.ports.clock.now())
        new = store.commit(theirs, done.changes, [theirs, ours], message, author)
    else:
        keep(store, ours)
        new = theirs
    for target in targets:
        if target.id in back:
            give_back(engine.ports, centre, target, base, ours, back[target.id], session)
    store.move_ref(MAIN, new, ours)
    return new


def _takes_main(engine: Reconciler, theirs: Revision) -> bool:
    """False where a merge commit could never be pushed, so that main here would be ahead for ever."""
    return not engine.centre.settings(theirs).is_protected and load_facts(engine.ports.memory).reason != MAIN_REFUSED


def _with_settled_tools(centre: Centre, base: Revision, ours: Revision, theirs: Revision, done: MergedMains) -> MergedMains:
    """An allow of one side never stands beside a deny of the other, as some target would see them."""
    files = {p: d for p, d in {**centre.store.files(theirs), **done.changes}.items() if d is not None}
    for target in all_registered(files) if any("tools/" in path for path in done.changes) else []:
        repository = read_repository(files, centre.cache)
        merged = effective(repository, target.machine, target.client, target.base)
        after, overruled = settled_tools(merged, *(effective(centre.repository(r), target.machine, target.client, target.base) for r in (base, ours, theirs)))
        if overruled:
            more = lowered(repository, target.machine, target.client, merged, after, _where(repository, target), base=target.base)
            done = replace(done, changes={**done.changes, **more})
            files = {p: d for p, d in {**files, **more}.items() if d is not None}
    return done


def _where(repository: Repository, target: Target) -> Placement:
    return lambda entity: next((layer for layer in target.layers if entity in repository.layers.get(layer, {})), target.base)


def _message(engine: Reconciler, back: Mapping[TargetId, Sequence[EntityId]], rows: Sequence[tuple[str, str]]) -> str:
    lines = sorted(f"{entity}: changed on both sides; back to {target}" for target, entities in back.items() for entity in entities)
    subject = f"Merge what {engine.ports.machine} landed meanwhile"
    return with_trailers(subject, "\n".join(lines), rows)


def _lost(store: Store, one: Left, ours: Revision, theirs: Revision) -> list[tuple[str, str]]:
    """What nobody here can take back: the second parent keeps it."""
    name = f"{one.entity or one.path}{'.' + one.at if one.at else ''}"
    return [("Conflict", f"{name} chose=central"), *side_rows(last_change(store, ours, one.path), last_change(store, theirs, one.path))]
