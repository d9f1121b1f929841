"""A store that reads the real repository, or none, and keeps what would be committed in memory: the dry run's door."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from reconciler.errors import Raced, Stalled
from reconciler.model.names import Revision
from reconciler.ports import Author, Commit, Store


class DryStore:
    """New commits and moved references are seen by later reads, and never leave the process."""

    def __init__(self, real: Store | None) -> None:
        self._real = real
        self._moved: dict[str, Revision | None] = {}
        self._commits: dict[Revision, tuple[Commit, dict[str, bytes]]] = {}

    def recover(self) -> None:
        """Nothing: that would write."""

    def ref(self, name: str) -> Revision | None:
        return self._moved[name] if name in self._moved else self._real.ref(name) if self._real else None

    def refs(self, prefix: str) -> dict[str, Revision]:
        real = self._real.refs(prefix) if self._real else {}
        moved = {name: revision for name, revision in self._moved.items() if name.startswith(prefix)}
        return {name: revision for name, revision in sorted({**real, **moved}.items()) if revision is not None}

    def move_ref(self, name: str, new: Revision | None, expected: Revision | None) -> None:
        if self.ref(name) != expected:
            raise Raced(f"{name} is at {self.ref(name)}, expected {expected}")
        self._moved[name] = new

    def files(self, revision: Revision) -> Mapping[str, bytes]:
        return self._commits[revision][1] if revision in self._commits else self._there(revision).files(revision)

    def commit(
        self, base: Revision | None, changes: Mapping[str, bytes | None], parents: Sequence[Revision], message: str, author: Author
    ) -> Revision:
        files = {**(self.files(base) if base else {}), **changes}
        kept = {path: data for path, data in files.items() if data is not None}
        seen = repr((sorted(kept.items()), list(parents), message, author)).encode()
        revision = Revision(hashlib.sha1(seen, usedforsecurity=False).hexdigest())
        self._commits[revision] = (Commit(revision, tuple(parents), author, message), kept)
        return revision

    def read(self, revision: Revision) -> Commit:
        return self._commits[revision][0] if revision in self._commits else self._there(revision).read(revision)

    def history(self, revision: Revision, *, first_parent: bool = True, path: str | None = None) -> Iterator[Commit]:
        """Our own commits in memory by first parents, then the real history below them."""
        while revision in self._commits:
            commit, files = self._commits[revision]
            before = self.files(commit.parents[0]) if commit.parents else {}
            if path is None or before.get(path) != files.get(path):
                yield commit
            if not commit.parents:
                return
            revision = commit.parents[0]
        yield from self._there(revision).history(revision, first_parent=first_parent, path=path)

    def changes(self, before: Revision | None, after: Revision) -> dict[str, tuple[bytes | None, bytes | None]]:
        old, new = self.files(before) if before else {}, self.files(after)
        return {path: (old.get(path), new.get(path)) for path in sorted({**old, **new}) if old.get(path) != new.get(path)}

    def is_ancestor(self, old: Revision, new: Revision) -> bool:
        if old == new:
            return True
        if new in self._commits:
            return any(self.is_ancestor(old, parent) for parent in self._commits[new][0].parents)
        return self._real is not None and old not in self._commits and self._real.is_ancestor(old, new)

    def shared(self, one: Revision, other: Revision) -> Revision | None:
        """By our own commits in memory down to the real ones."""
        for mine, theirs in ((one, other), (other, one)):
            if self.is_ancestor(mine, theirs):
                return mine
        below = [self._below(one), self._below(other)]
        found = [self._real.shared(a, b) for a in below[0] for b in below[1] if self._real]
        return next((revision for revision in found if revision is not None), None)

    def _below(self, revision: Revision) -> list[Revision]:
        """The real revisions that one in memory stands on."""
        if revision not in self._commits:
            return [revision]
        return [real for parent in self._commits[revision][0].parents for real in self._below(parent)]

    def _there(self, revision: Revision) -> Store:
        if self._real is None:
            raise Stalled(f"there is no revision {revision}; there is no repository yet: run `reconciler init`")
        return self._real
