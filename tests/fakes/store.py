"""A store in memory that keeps the contract of Git, down to the same ids for the same commits. Never touches a disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from reconciler.errors import Raced, Stalled
from reconciler.model.names import Revision
from reconciler.model.refnames import is_ref_name
from reconciler.ports import Author, Commit
from reconciler.store.paths import check_path, fit_author, fit_message


class MemoryStore:
    def __init__(self) -> None:
        self._refs: dict[str, Revision] = {}
        self._commits: dict[Revision, tuple[Commit, dict[str, bytes]]] = {}

    def recover(self) -> None:
        """Nothing is left over here."""

    def ref(self, name: str) -> Revision | None:
        return self._refs.get(name)

    def refs(self, prefix: str) -> dict[str, Revision]:
        return {name: revision for name, revision in sorted(self._refs.items()) if name.startswith(prefix)}

    def move_ref(self, name: str, new: Revision | None, expected: Revision | None) -> None:
        if not is_ref_name(name) or (new is not None and self.read(new).revision != new):
            raise Stalled(f"{name} cannot be moved to {new!r}")
        if self._refs.get(name) != expected:
            raise Raced(f"{name} is at {self._refs.get(name)}, expected {expected}")
        if new is None:
            self._refs.pop(name, None)
        elif any(other.startswith(name + "/") or name.startswith(other + "/") for other in self._refs):
            raise Stalled(f"{name} cannot be made beside another reference")
        else:
            self._refs[name] = new

    def files(self, revision: Revision) -> Mapping[str, bytes]:
        return MappingProxyType(self._found(revision)[1])

    def commit(
        self, base: Revision | None, changes: Mapping[str, bytes | None], parents: Sequence[Revision], message: str, author: Author
    ) -> Revision:
        files = _with_changes(self._found(base)[1] if base else {}, changes)
        by, text = fit_author(author), fit_message(message)
        ids = tuple(self.read(parent).revision for parent in parents)
        lines = [f"tree {_tree_id(files).hex()}", *(f"parent {parent}" for parent in ids)]
        lines += [f"{role} {by.name} <{by.email}> {int(by.when)} +0000" for role in ("author", "committer")]
        revision = Revision(_id("commit", ("\n".join(lines) + "\n\n" + text).encode()).hex())
        self._commits[revision] = (Commit(revision, ids, by, text), files)
        return revision

    def read(self, revision: Revision) -> Commit:
        return self._found(revision)[0]

    def history(self, revision: Revision, *, first_parent: bool = True, path: str | None = None) -> Iterator[Commit]:
        commits = self._line(revision) if first_parent else self._all(revision)
        return (commit for commit in commits if path is None or self._changed(commit, path))

    def changes(self, before: Revision | None, after: Revision) -> dict[str, tuple[bytes | None, bytes | None]]:
        old, new = self._found(before)[1] if before else {}, self._found(after)[1]
        return {path: (old.get(path), new.get(path)) for path in sorted({**old, **new}, key=_parts) if old.get(path) != new.get(path)}

    def is_ancestor(self, old: Revision, new: Revision) -> bool:
        return self.read(old) in list(self._all(new))

    def shared(self, one: Revision, other: Revision) -> Revision | None:
        theirs = {commit.revision for commit in self._all(other)}
        return next((commit.revision for commit in self._all(one) if commit.revision in theirs), None)

    def receive(self, other: MemoryStore, revision: Revision) -> None:
        """Take a commit of another store in, with all that it contains."""
        for commit in other._reachable(revision):
            self._commits[commit.revision] = other._commits[commit.revision]

    def everything(self) -> Iterator[bytes]:
        """Every blob and every message that was ever committed: for tests of what must never be in them."""
        for commit, files in self._commits.values():
            yield commit.message.encode()
            yield from files.values()

    def count(self) -> int:
        """How many commits were ever written."""
        return len(self._commits)

    def _found(self, revision: Revision) -> tuple[Commit, dict[str, bytes]]:
        text = revision.lower()
        found = [known for known in self._commits if known.startswith(text)]
        if len(found) != 1 or not 4 <= len(text) <= 40:
            raise Stalled(f"there is no one revision {revision}")
        return self._commits[found[0]]

    def _line(self, revision: Revision) -> Iterator[Commit]:
        commit = self.read(revision)
        yield commit
        while commit.parents:
            commit = self.read(commit.parents[0])
            yield commit

    def _all(self, revision: Revision) -> Iterator[Commit]:
        """Newest first, and no commit before one that contains it."""
        waiting = {commit.revision: commit for commit in self._reachable(revision)}
        while waiting:
            needed = {parent for commit in waiting.values() for parent in commit.parents}
            tips = [commit for commit in waiting.values() if commit.revision not in needed]
            yield waiting.pop(max(tips, key=lambda commit: commit.author.when).revision)

    def _reachable(self, revision: Revision) -> list[Commit]:
        found: dict[Revision, Commit] = {}
        todo = [self.read(revision)]
        while todo:
            commit = todo.pop()
            if commit.revision not in found:
                found[commit.revision] = commit
                todo += map(self.read, commit.parents)
        return list(found.values())

    def _changed(self, commit: Commit, path: str) -> bool:
        before = _below(self.files(commit.parents[0]), path) if commit.parents else {}
        return _below(self.files(commit.revision), path) != before


def _with_changes(files: Mapping[str, bytes], changes: Mapping[str, bytes | None]) -> dict[str, bytes]:
    out = dict(files)
    for path, data in changes.items():
        if data is None:
            out.pop(path, None)
        else:
            check_path(path)
            out[path] = data
    for path in out:
        if any(path[:at] in out for at, char in enumerate(path) if char == "/"):
            raise Stalled(f"{path} would be below a file")
    return dict(sorted(out.items(), key=lambda item: _parts(item[0])))


def _parts(path: str) -> list[str]:
    return path.split("/")


def _below(files: Mapping[str, bytes], path: str) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name == path or name.startswith(path + "/")}


def _tree_id(files: Mapping[str, bytes]) -> bytes:
    folders: dict[str, dict[str, bytes]] = {}
    rows: list[tuple[str, str, bytes]] = []
    for path, data in files.items():
        name, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(name, {})[rest] = data
        else:
            rows.append((name, "100644", _id("blob", data)))
    rows += [(name + "/", "40000", _tree_id(inner)) for name, inner in folders.items()]
    # Git sorts a folder as if its name ended with a slash.
    rows.sort(key=lambda row: row[0].encode())
    return _id("tree", b"".join(f"{mode} {name.rstrip('/')}\0".encode() + digest for name, mode, digest in rows))


def _id(kind: str, data: bytes) -> bytes:
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).digest()
