"""`remove`: a target is let go, with its files as they are or as they were before our first write. Main stays as it is.

First main forgets it, so that no pass takes what is put back for edits; then its files; last what was kept of it. Killed
in between, the same command goes on.
"""

from __future__ import annotations

from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN, change_prefix, review_ref, synced_ref
from reconciler.reconcile.leaving import leave
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.restoring import Restored, restore
from reconciler.reconcile.targets import Target, machine_modes, machine_path

_NOTHING = Restored((), (), ())


def remove(engine: Reconciler, target: Target, is_restored: bool) -> Restored:
    """Take the registration and the synced ref away. What waits for a decision stands in the files, and goes with them."""
    since = adopted_at(engine, target)
    leave(engine, target)
    has_written = since is not None and any(b.written_at >= since for b in engine.ports.disk.backups(target.id))
    done = restore(engine, target, since, whole_file=False) if is_restored and has_written else _NOTHING
    store = engine.ports.store
    refs = {**store.refs(change_prefix(target.id)), **store.refs(synced_ref(target.id)), **store.refs(review_ref(target.id))}
    for name, revision in refs.items():
        if name.startswith(change_prefix(target.id)) or name in (synced_ref(target.id), review_ref(target.id)):
            store.move_ref(name, None, revision)
    return done


def adopted_at(engine: Reconciler, target: Target) -> float | None:
    """When main began to name the target, this time; what an earlier registration wrote is not its business.

    None when it never did. One that main names no more is asked for as of the last time, for a removal that was killed.
    """
    store, name = engine.ports.store, f"{target.client}/{target.scope}"
    main = store.ref(MAIN)
    found: float | None = None
    for commit in store.history(main, path=machine_path(target.machine)) if main else ():
        if name in machine_modes(store.files(Revision(commit.revision)), target.machine):
            found = commit.author.when
        elif found is not None:
            break
    return found
