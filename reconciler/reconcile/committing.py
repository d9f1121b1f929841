"""A person's commit on main: made on what stands there, moved by compare-and-swap, and made again when others were faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reconciler.errors import Raced, Stalled
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.model.trailers import RESOLVED_BY, with_trailers
from reconciler.ports import Author
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.proposed_commits import propose

_TRIES = 10
Changes = Mapping[str, bytes | None]
Made = Callable[[Revision], Revision | None]
"""Given main, the commit on top of it, which no reference names yet; None when there is nothing to change."""

Landed = Callable[[Revision, Revision], None]


def person(engine: Reconciler) -> Author:
    """Who sits at this machine."""
    ports = engine.ports
    return Author(ports.person, f"{ports.person}@{ports.machine}", ports.clock.now())


def on_main(engine: Reconciler, made: Made, landed: Landed = lambda main, new: None) -> Revision | None:
    """Move main to what ``made`` commits on top of it. Main itself when nothing is to be changed; None without a repository.

    ``landed`` is called with what main was and is, when it has moved. Raises ``Proposed`` where main is protected: then
    the commit waits on a branch.
    """
    store = engine.ports.store
    for _ in range(_TRIES):
        main = store.ref(MAIN)
        if main is None:
            return None
        try:
            new = made(main)
            if new is None:
                return main
            if engine.centre.policy(main).is_protected and not engine.ports.is_trial:
                raise propose(engine.ports, new)
            store.move_ref(MAIN, new, main)
        except Raced:
            continue
        landed(main, new)
        return new
    raise Raced("main is being moved by others all the time; try again")


def on_good_main(engine: Reconciler, made: Made) -> Revision | None:
    """The same for a commit that keeps a good main good, so that nobody has to look whether it still validates."""
    return on_main(engine, made, engine.centre.trust_after)


def committed(
    engine: Reconciler, changes: Callable[[Revision], Changes], subject: str, rows: Sequence[tuple[str, str]], before: Landed
) -> Revision:
    """The revision of main after the changes; main itself when there is nothing to change.

    ``before`` is called with main and the new commit just before main moves.
    """
    message = with_trailers(subject, "", [*rows, (RESOLVED_BY, engine.ports.person)])

    def made(main: Revision) -> Revision | None:
        files = changes(main)
        if not files:
            return None
        new = engine.ports.store.commit(main, files, [main], message, person(engine))
        before(main, new)
        return new

    return insisted(on_good_main(engine, made))


def insisted(revision: Revision | None) -> Revision:
    """Raises ``Stalled`` when there is no repository to commit to."""
    if revision is None:
        raise Stalled("there is no repository yet; run `reconciler init`")
    return revision
