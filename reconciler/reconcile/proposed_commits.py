"""``main: protected``: what a person's command would commit to main is a branch of its own, and waits for its merge there.

The branch is that one commit. It is made anew on top of main where main has moved under it, and goes once main holds
what it says, or once people took it away on the Git host.
"""

from __future__ import annotations

from typing import Any

from reconciler.errors import Proposed
from reconciler.mapping.layers import PieceCache
from reconciler.model.names import Revision
from reconciler.model.refnames import commands_prefix, fetched_ref, known_ref, landed_branch
from reconciler.model.ulid import ulid
from reconciler.ports import Author, Commit, Ports, Store
from reconciler.reconcile.main_merge import merged_mains


def propose(ports: Ports, new: Revision) -> Proposed:
    """Keep a commit on top of main as a branch; one that says the same already is enough. To be raised."""
    store, prefix = ports.store, commands_prefix(ports.machine)
    wanted = _changes(store, new)
    for name, tip in store.refs(prefix).items():
        if _changes(store, tip) == wanted:
            return Proposed(_short(name))
    name = prefix + ulid(ports.clock.now(), ports.entropy(10))
    store.move_ref(name, new, None)
    return Proposed(_short(name))


def keep(ports: Ports, cache: PieceCache, main: Revision) -> None:
    """Bring what is proposed here up to main; nothing is written where that changes nothing."""
    for name, tip in ports.store.refs(commands_prefix(ports.machine)).items():
        new = _on(ports, cache, main, tip)
        if new != tip:
            ports.store.move_ref(name, new, tip)


def waiting_json(store: Store, machine: str) -> list[dict[str, Any]]:
    """What waits for its merge on the Git host beside clients' edits, which are conditions: commands' commits, and what landed here."""
    landed = landed_branch(machine)
    tip = store.ref(known_ref(landed))
    is_shown = tip and tip == store.ref(fetched_ref(landed))
    branches = {**store.refs(commands_prefix(machine)), **({landed: tip} if tip and is_shown else {})}
    return [_waiting(name, store.read(tip)) for name, tip in sorted(branches.items())]


def _waiting(name: str, commit: Commit) -> dict[str, Any]:
    return {"branch": _short(name), "subject": commit.subject, "author": commit.author.name, "at": commit.author.when}


def _on(ports: Ports, cache: PieceCache, main: Revision, tip: Revision) -> Revision | None:
    """The proposal on top of main: itself while it merges cleanly, None when main holds all of it."""
    store, commit = ports.store, ports.store.read(tip)
    root = commit.parents[0]
    if store.is_ancestor(tip, main):
        return None
    if not store.changes(root, main).keys() & _changes(store, tip).keys():
        return tip
    theirs = store.files(main)
    files = merged_mains(store.files(root), store.files(tip), theirs, cache).changes
    if all(theirs.get(path) == data for path, data in files.items()):
        return None
    who = Author(commit.author.name, commit.author.email, ports.clock.now())
    return store.commit(main, files, [main], commit.message, who)


def _changes(store: Store, tip: Revision) -> dict[str, bytes | None]:
    return {path: new for path, (_, new) in store.changes(store.read(tip).parents[0], tip).items()}


def _short(name: str) -> str:
    return name.removeprefix("refs/heads/")
