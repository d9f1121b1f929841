"""A Git host in memory: another memory store, which may be away, refuse references, and be moved by people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.errors import Raced, RemoteFailed
from reconciler.model.refnames import FETCHED, fetched_ref
from reconciler.ports import Pushed, RefPush
from tests.fakes.store import MemoryStore


@dataclass
class MemoryRemote:
    """``store`` is this machine's, ``host`` what machines share. ``failure`` is raised while it is set."""

    store: MemoryStore
    host: MemoryStore = field(default_factory=MemoryStore)
    failure: RemoteFailed | None = None
    refuses: tuple[str, ...] = ()
    shown: str = "memory"

    def fetch(self, patterns: Sequence[str]) -> None:
        self._insist()
        there = {n: r for n, r in self.host.refs("refs/").items() if any(_matches(n, p) for p in patterns)}
        names = {fetched_ref(name): revision for name, revision in there.items()}
        for revision in there.values():
            self.store.receive(self.host, revision)
        for name, old in self.store.refs(FETCHED).items():
            if name not in names and any(_matches("refs/" + name.removeprefix(FETCHED), p) for p in patterns):
                self.store.move_ref(name, None, old)
        for name, revision in names.items():
            self.store.move_ref(name, revision, self.store.ref(name))

    def push(self, moves: Sequence[RefPush]) -> dict[str, Pushed]:
        self._insist()
        return {m.name: self._moved(m) for m in moves}

    def _moved(self, move: RefPush) -> Pushed:
        if self.refuses and move.name.startswith(self.refuses):
            return Pushed("refused", "protected branch hook declined")
        if move.new:
            self.host.receive(self.store, move.new)
        try:
            self.host.move_ref(move.name, move.new, move.expected)
        except Raced:
            return Pushed("raced", "stale info")
        return Pushed("done")

    def _insist(self) -> None:
        if self.failure:
            raise self.failure


def _matches(name: str, pattern: str) -> bool:
    return name.startswith(pattern.removesuffix("*")) if pattern.endswith("*") else name == pattern
