"""How main stands to the remote's main, and what a person is told of the remote. Reads references, never a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN, fetched_ref, known_ref
from reconciler.ports import Memory, Store

Word = Literal["empty", "gone", "same", "ahead", "behind", "diverged", "rewritten", "unrelated"]

MAIN_REFUSED = "MainRefused"
"""The problem with a host that takes no push of main: it moves there by pull requests alone."""
_MEMORY = "remote"
_MOST_COUNTED = 1000


@dataclass(frozen=True)
class Standing:
    """``remote`` is the remote's main when it was last fetched, ``known`` the one that main here has taken in."""

    word: Word
    local: Revision | None
    remote: Revision | None
    known: Revision | None

    @property
    def is_blocked(self) -> bool:
        """True when only a person can say what is meant: nothing is taken from the remote, and nothing is given to it."""
        return self.word in ("rewritten", "unrelated", "gone")


def standing(store: Store) -> Standing:
    """Three states again: local, the remote's, and what both last agreed on."""
    local, remote, known = store.ref(MAIN), store.ref(fetched_ref(MAIN)), store.ref(known_ref(MAIN))
    return Standing(_word(store, local, remote, known), local, remote, known)


def _word(store: Store, local: Revision | None, remote: Revision | None, known: Revision | None) -> Word:
    if remote is None:
        return "gone" if known else "empty"
    if known is not None and not store.is_ancestor(known, remote):
        return "rewritten"
    if local == remote:
        return "same"
    if local is None or store.is_ancestor(local, remote):
        return "behind"
    if store.is_ancestor(remote, local):
        return "ahead"
    return "diverged" if store.shared(local, remote) else "unrelated"


def counts(store: Store, found: Standing) -> tuple[int, int]:
    """How many commits main is ahead of the remote's and behind it, along first parents, as `git log --first-parent` shows them."""
    return _beyond(store, found.local, found.remote), _beyond(store, found.remote, found.local)


def _beyond(store: Store, one: Revision | None, other: Revision | None) -> int:
    if one is None:
        return 0
    count = 0
    for commit in store.history(one):
        if count == _MOST_COUNTED or (other is not None and store.is_ancestor(commit.revision, other)):
            break
        count += 1
    return count


# ------------------------------------------------------------ what is remembered of it


@dataclass(frozen=True)
class RemoteFacts:
    """``fetched_at`` is the last success; the problem is what went wrong since, or what the host refused."""

    fetched_at: float | None = None
    reason: str = ""
    message: str = ""
    advice: str = ""
    since: float | None = None

    def json(self) -> dict[str, Any] | None:
        if not self.reason:
            return None
        return {"reason": self.reason, "message": self.message, "advice": self.advice, "since": self.since}


def load_facts(memory: Memory) -> RemoteFacts:
    known: dict[str, Any] = dict(memory.load(_MEMORY))
    return RemoteFacts(**{key: known[key] for key in RemoteFacts.__dataclass_fields__ if key in known})


def save_facts(memory: Memory, facts: RemoteFacts) -> None:
    if facts != load_facts(memory):
        memory.save(_MEMORY, vars(facts))


def remote_json(store: Store, memory: Memory, address: str) -> dict[str, Any]:
    """What `sync --json` and `status --json` say of the remote, as it was when it was last fetched."""
    facts = load_facts(memory)
    ahead, behind = counts(store, standing(store))
    return {"address": address, "fetched_at": facts.fetched_at, "ahead": ahead, "behind": behind, "problem": facts.json()}
