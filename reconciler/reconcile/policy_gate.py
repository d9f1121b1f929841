"""A commit on main that weakens the policy: the policy before it judges it, and stays in force until a person approves."""

from __future__ import annotations

from reconciler.errors import Raced
from reconciler.model.names import Revision, TargetId
from reconciler.model.refnames import POLICY
from reconciler.model.results import Side
from reconciler.ports import Author
from reconciler.reconcile.approved import REFUSED, save
from reconciler.reconcile.centre import POLICY_ENTITY, Centre
from reconciler.reconcile.reviews import Item


def waits(centre: Centre, revision: Revision) -> str:
    """``held`` while the policy at a revision of main is not in force, ``refused`` when a person said that it shall not be."""
    if _is_in_force(centre, revision):
        return ""
    return "refused" if centre.approvals().refuses_digest(POLICY_ENTITY, centre.settings(revision).digest()) else "held"


def held_item(centre: Centre, revision: Revision) -> Item | None:
    """What a person decides on, if anything. ``local`` is the proposal, ``central`` what is in force; the same keys in both."""
    if waits(centre, revision) != "held":
        return None
    old, new = centre.policy(revision), centre.settings(revision)
    here, there = new.judged(), old.judged()
    differ = [k for k in {**there, **here} if here.get(k) != there.get(k)]
    reason = f"by a commit on main: the policy is weakened: {'; '.join(old.weakened_by(new))}"
    commit = centre.store.read(revision)
    by = Side("", commit.author.name, "", commit.author.when, commit.revision)
    local, central = ({k: side.get(k) for k in differ} for side in (here, there))
    before = Side(revision=centre.store.ref(POLICY) or "")
    return Item(TargetId("main"), POLICY_ENTITY, (), "held", reason, None, local, central, by, before)


def decide(centre: Centre, revision: Revision, is_approved: bool, author: Author) -> None:
    """What a person said of exactly this policy."""
    word = f"{'approved' if is_approved else REFUSED} by {author.name}"
    save(centre.store, {POLICY_ENTITY: {centre.settings(revision).digest(): word}}, author, is_addition=True)


def approve_own(centre: Centre, before: Revision, after: Revision, author: Author) -> None:
    """Approve what a person's command makes of a policy that is in force; of one that waits, its changes wait with it.

    Called before main moves, so that a kill leaves it said.
    """
    if _is_in_force(centre, before) and centre.settings(before).weakened_by(centre.settings(after)):
        decide(centre, after, True, author)


def keep(centre: Centre, revision: Revision) -> None:
    """Note where the policy in force stands. Nothing is written while it stays the same."""
    known = centre.store.ref(POLICY)
    if known is not None and (not _is_in_force(centre, revision) or centre.settings(known).judged() == centre.settings(revision).judged()):
        return
    try:
        centre.store.move_ref(POLICY, revision, known)
    except Raced:
        return  # another process has judged it too


def _is_in_force(centre: Centre, revision: Revision) -> bool:
    return centre.policy(revision).digest() == centre.settings(revision).digest()
