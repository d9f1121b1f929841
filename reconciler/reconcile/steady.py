"""References and facts as a round of a pass sees them: read once, and from then on as this process moved and saved them.

Stale is no danger: references move by compare-and-swap, and one that was not as known makes all be read again. Only this
process saves facts meanwhile, since it holds the lock of the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

from reconciler.model.names import Revision
from reconciler.ports import Author, Commit, Memory, Ports, Store

_ALL = "refs/"


def steadied(ports: Ports) -> Ports:
    """The same doors; ``reading_once`` of them is a context in which references and facts are read once."""
    store, memory = SteadyStore(ports.store), SteadyMemory(ports.memory)

    @contextmanager
    def reading_once() -> Iterator[None]:
        with store.reading_once(), memory.reading_once():
            yield

    return replace(ports, store=store, memory=memory, reading_once=reading_once)


class SteadyStore:
    """Another store. Threads may use it side by side, inside of ``reading_once`` and beside it."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._is_steady = False
        self._known: dict[str, Revision] | None = None

    @contextmanager
    def reading_once(self) -> Iterator[None]:
        self._is_steady = True
        try:
            yield
        finally:
            with self._lock:
                self._is_steady, self._known = False, None

    def recover(self) -> None:
        self._store.recover()

    def ref(self, name: str) -> Revision | None:
        if not self._is_steady or not name.startswith(_ALL):
            return self._store.ref(name)
        with self._lock:
            return self._refs().get(name)

    def refs(self, prefix: str) -> dict[str, Revision]:
        if not self._is_steady or not prefix.startswith(_ALL):
            return self._store.refs(prefix)
        with self._lock:
            return {name: revision for name, revision in self._refs().items() if name.startswith(prefix)}

    def move_ref(self, name: str, new: Revision | None, expected: Revision | None) -> None:
        try:
            self._store.move_ref(name, new, expected)
        except BaseException:
            self._forget()  # it is not as it was read, and others may have moved with it
            raise
        with self._lock:
            if self._known is not None and new is None:
                self._known.pop(name, None)
            elif self._known is not None and new is not None:
                self._known = dict(sorted({**self._known, name: new}.items()))

    def _refs(self) -> dict[str, Revision]:
        """Under the lock: whoever moves one meanwhile writes down after this what it has moved."""
        if self._known is None:
            self._known = self._store.refs(_ALL)
        return self._known

    def _forget(self) -> None:
        with self._lock:
            self._known = None

    # ------------------------------------------------------------ what never changes

    def files(self, revision: Revision) -> Mapping[str, bytes]:
        return self._store.files(revision)

    def commit(
        self, base: Revision | None, changes: Mapping[str, bytes | None], parents: Sequence[Revision], message: str, author: Author
    ) -> Revision:
        return self._store.commit(base, changes, parents, message, author)

    def read(self, revision: Revision) -> Commit:
        return self._store.read(revision)

    def history(self, revision: Revision, *, first_parent: bool = True, path: str | None = None) -> Iterator[Commit]:
        return self._store.history(revision, first_parent=first_parent, path=path)

    def changes(self, before: Revision | None, after: Revision) -> dict[str, tuple[bytes | None, bytes | None]]:
        return self._store.changes(before, after)

    def is_ancestor(self, old: Revision, new: Revision) -> bool:
        return self._store.is_ancestor(old, new)

    def shared(self, one: Revision, other: Revision) -> Revision | None:
        return self._store.shared(one, other)


class SteadyMemory:
    """Another memory. What it gives is not to be changed."""

    def __init__(self, memory: Memory) -> None:
        self._memory, self._lock = memory, Lock()
        self._is_steady = False
        self._known: dict[str, dict[str, object]] = {}

    @contextmanager
    def reading_once(self) -> Iterator[None]:
        self._is_steady = True
        try:
            yield
        finally:
            with self._lock:
                self._is_steady, self._known = False, {}

    def load(self, name: str) -> dict[str, object]:
        if not self._is_steady:
            return self._memory.load(name)
        with self._lock:
            if name not in self._known:
                self._known[name] = self._memory.load(name)
            return self._known[name]

    def save(self, name: str, facts: Mapping[str, object]) -> None:
        try:
            self._memory.save(name, facts)
        finally:
            with self._lock:
                self._known.pop(name, None)  # read again: as it is kept, not as it was given
