"""A person says what is meant when main on the remote is not what this machine knew: follow it, or hold on to both.

Nothing goes: what main here was is kept beside it, as a branch of its own.
"""

from __future__ import annotations

from typing import Literal

from reconciler.errors import Stalled
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN, SYNCED, known_ref
from reconciler.ports import Store
from reconciler.reconcile.remote_standing import Standing, standing

Take = Literal["host", "both"]
KEPT = "refs/heads/kept/main-"


def accept(store: Store, take: Take) -> str:
    """Settle what stops the exchange; says what was done. Call it under the lock, after a fetch."""
    found = standing(store)
    if not found.is_blocked:
        raise Stalled("nothing waits to be accepted: main here and main on the remote go together; see `reconciler remote show`")
    return _host(store, found) if take == "host" else _both(store, found)


def keep(store: Store, revision: Revision) -> str:
    """The branch that holds on to what main was."""
    name = f"{KEPT}{revision[:10]}"
    if store.ref(name) is None:
        store.move_ref(name, revision, None)
    return name


def _host(store: Store, found: Standing) -> str:
    if found.remote is None or found.local is None:
        raise Stalled("the remote has no main to follow; `--take both` gives it ours")
    kept = keep(store, found.local)
    if found.word == "unrelated":
        for name, revision in store.refs(SYNCED).items():  # what was agreed on with another history is no base
            store.move_ref(name, None, revision)
    store.move_ref(MAIN, found.remote, found.local)
    _know(store, found.remote)
    more = "; now `reconciler init` adopts this machine's clients into it" if found.word == "unrelated" else ""
    return f"main follows the remote, and what it was is the branch {kept.removeprefix('refs/heads/')}{more}"


def _both(store: Store, found: Standing) -> str:
    if found.word == "unrelated":
        raise Stalled("main here and main on the remote have no commit in common, so there is nothing to merge from; take the host's, or use another repository")
    _know(store, found.remote)
    return "the next sync gives the remote what it lost" if found.word == "gone" else "the next sync merges what main was with what the remote has"


def _know(store: Store, revision: Revision | None) -> None:
    old = store.ref(known_ref(MAIN))
    if old != revision:
        store.move_ref(known_ref(MAIN), revision, old)
