"""What landed here while the Git host takes no push of main: shown there as a branch, for a pull request.

So it is where main was protected on the host before anybody said so in ``reconciler.yaml``, and for what landed before
they did. Main here goes on; once main there says the same, by a merge, a squash or a rebase, main here follows it.
"""

from __future__ import annotations

from reconciler.model.refnames import fetched_ref, known_ref, landed_branch
from reconciler.ports import RefPush, Store
from reconciler.reconcile.remote_standing import Standing


def landed(store: Store, machine: str, found: Standing, takes_main: bool) -> RefPush | None:
    """The move of the branch: to main where main says more than the host's, away where it does not; None to leave it.

    A branch that people took away is made again only once main has moved; one that they pushed to is theirs.
    """
    name = landed_branch(machine)
    known, there = store.ref(known_ref(name)), store.ref(fetched_ref(name))
    if found.word not in ("same", "ahead") or found.local is None:
        return None  # main moved there meanwhile: take that in first
    wanted = found.local if not takes_main and says_more(store, found) else None
    is_ours = there in (None, known) or store.is_ancestor(there, found.local)
    return RefPush(name, wanted, there) if wanted != known and is_ours else None


def says_more(store: Store, found: Standing) -> bool:
    """True when main here is ahead, and not by commits alone."""
    return found.word == "ahead" and found.local is not None and found.remote is not None and bool(store.changes(found.remote, found.local))
