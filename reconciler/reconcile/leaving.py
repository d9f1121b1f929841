"""A target that is let go: main no longer names it. Its client keeps its files as they are."""

from __future__ import annotations

from reconciler.formats.edit import Remove
from reconciler.model.names import Revision
from reconciler.model.trailers import TARGET, with_trailers
from reconciler.reconcile.committing import on_good_main, person
from reconciler.reconcile.machine_edits import machine_files
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target


def leave(engine: Reconciler, target: Target) -> Revision | None:
    """Take the target out of its machine's file. Nothing is written when it is not there."""
    name = f"{target.client}/{target.scope}"
    message = with_trailers(f"Let {name} on {target.machine} go", "", [(TARGET, target.id)])

    def made(main: Revision) -> Revision | None:
        files, edits = machine_files(
            engine, main, target.machine, lambda value: [Remove(("targets", name))] if name in (value.get("targets") or {}) else []
        )
        return engine.ports.store.commit(main, files, [main], message, person(engine)) if edits else None

    return on_good_main(engine, made)
