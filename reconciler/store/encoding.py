"""Objects as git keeps them, byte for byte: trees, commits, and the ids that follow from them. Pure; never touches a disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from pygit2 import Oid

from reconciler.ports import Author


class NewObjects:
    """The objects of one commit, not yet written. ``framed`` has each by its id, with its kind and length in front, as git hashes it.

    Whatever another refers to comes before it; the commit is the last.
    """

    def __init__(self) -> None:
        self.framed: dict[str, bytes] = {}

    def add(self, kind: str, data: bytes) -> Oid:
        framed = b"%s %d\0%s" % (kind.encode(), len(data), data)
        digest = hashlib.sha1(framed, usedforsecurity=False)
        self.framed[digest.hexdigest()] = framed
        return Oid(raw=digest.digest())


def tree_data(rows: Mapping[bytes, tuple[int, Oid]], folder: int) -> bytes:
    """A tree of entries (mode and id) by name. Git sorts a ``folder``, which is a mode, as if its name ended with a slash."""
    order = sorted(rows.items(), key=lambda row: row[0] + b"/" if row[1][0] == folder else row[0])
    return b"".join(b"%o %s\0%s" % (mode, name, oid.raw) for name, (mode, oid) in order)


def commit_data(tree: Oid, parents: Iterable[Oid], author: Author, message: str) -> bytes:
    """A commit by one who is author and committer, in UTC. ``author`` and ``message`` are fit for it (``store.paths``)."""
    by = f"{author.name} <{author.email}> {int(author.when)} +0000"
    rows = [f"tree {tree}", *(f"parent {parent}" for parent in parents), f"author {by}", f"committer {by}"]
    return "\n".join([*rows, "", message]).encode()
