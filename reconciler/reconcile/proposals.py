"""``main: protected``: what would be merged into main is proposed as a branch, and waits for its merge on the Git host.

``refs/proposed/…`` is one commit on top of main for a change branch: the same by a merge, a squash or a rebase. It is
pushed under the change branch's name. When main holds what it says, it is settled; when its branch was closed instead,
``refs/closed/…`` keeps it, and a person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId, Revision
from reconciler.model.refnames import change_prefix, closed_ref, proposed_ref
from reconciler.model.trailers import trailers
from reconciler.ports import Author, Store
from reconciler.reconcile.agreement import Agreement, agree
from reconciler.reconcile.branches import Branch
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.targets import Target

CHANGE = "Change"
"""The trailer that names the tip of the change branch that was proposed."""
CLOSED = "its branch was closed on the Git host without a merge: approve proposes it again, reject takes main's back"


def pending(centre: Centre, target: Target) -> dict[EntityId, str]:
    """What of a target waits for its merge on the host."""
    out: dict[EntityId, str] = {}
    for revision in centre.store.refs(proposed_ref(change_prefix(target.id))).values():
        out |= dict.fromkeys(said(centre, target, revision), "pending")
    return out


def said(centre: Centre, target: Target, proposed: Revision) -> dict[EntityId, Fields | None]:
    """What a proposal changes, and to what."""
    before, after = centre.config(centre.store.read(proposed).parents[0], target), centre.config(proposed, target)
    return {e: after.get(e) for e in {**before, **after} if before.get(e) != after.get(e)}


def closed(centre: Centre, target: Target, branch: Branch) -> dict[EntityId, Fields | None]:
    """What was proposed from a branch that people closed."""
    revision = centre.store.ref(closed_ref(branch.name))
    return said(centre, target, revision) if revision else {}


def after_merge(centre: Centre, target: Target, branch: Branch, main: Revision, agreed: Agreement, local: Config, author: Author) -> Agreement:
    """What main has taken in of a proposal is agreed on, though the client went on since: its next edit starts from there."""
    proposed = centre.store.ref(proposed_ref(branch.name)) or centre.store.ref(closed_ref(branch.name))
    if proposed is None:
        return agreed
    central = centre.config(main, target)
    then = centre.config(Revision(dict(trailers(centre.store.read(proposed).message))[CHANGE]), target)
    taken = [e for e, f in said(centre, target, proposed).items() if central.get(e) == f and then.get(e) != local.get(e)]
    if not taken:
        return agreed
    config = {e: f for e, f in agreed.config.items() if e not in taken} | {e: then[e] for e in taken if e in then}
    return agree(centre, target, agreed, agreed.revision or main, config, author)


def propose(store: Store, branch: Branch, main: Revision, files: Mapping[str, bytes | None], message: str, author: Author) -> None:
    """Keep a proposal as it is while it says the same and merges cleanly; else make it anew, on top of main."""
    name = proposed_ref(branch.name)
    old = store.ref(name)
    if old is None or not _still_fits(store, old, main, files):
        store.move_ref(name, store.commit(main, files, [main], message, author), old)


def _still_fits(store: Store, old: Revision, main: Revision, files: Mapping[str, bytes | None]) -> bool:
    on = store.read(old).parents[0]
    if {path: new for path, (_, new) in store.changes(on, old).items()} != {p: d for p, d in files.items() if store.files(main).get(p) != d}:
        return False
    return not store.changes(on, main).keys() & files.keys()


def forget(store: Store, branch: Branch) -> None:
    """Nothing waits on the host from this branch."""
    for name in (proposed_ref(branch.name), closed_ref(branch.name)):
        revision = store.ref(name)
        if revision:
            store.move_ref(name, None, revision)


def reopened(store: Store, branch: Branch) -> None:
    revision = store.ref(closed_ref(branch.name))
    if revision:
        store.move_ref(closed_ref(branch.name), None, revision)
