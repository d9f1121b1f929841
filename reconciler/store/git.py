"""The ``Store`` port on a bare Git repository. Imports pygit2 only when a commit is read or written."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from reconciler.errors import Stalled
from reconciler.model.names import Revision
from reconciler.ports import Author, Commit
from reconciler.ports.measures import Took
from reconciler.ports.together import Together, in_turn
from reconciler.store.locks import sync_folder, tidy_up
from reconciler.store.moves import move_ref
from reconciler.store.refs import head_revision, refs_quick
from reconciler.store.staging import Flushes, Ready, keeps_order, staging_path
from reconciler.store.timing import timed, untold

if TYPE_CHECKING:
    from reconciler.store.objects import Objects
    from reconciler.store.trees import Cache


class GitStore:
    """Safe for threads and beside other processes, plain git included. Use ``open`` or ``create``."""

    def __init__(self, path: Path, took: Took = untold, together: Together = in_turn) -> None:
        self.path, self._took, self._together = path, took, together
        self._ready = Ready()
        self._own = threading.local()
        self._cache: Cache | None = None

    @classmethod
    def open(cls, path: Path | str, took: Took = untold, together: Together = in_turn) -> GitStore:
        """The repository at ``path``. Raises ``Stalled`` when there is none, or it belongs to another user.

        ``together`` is for flushes, and for nothing that commits itself: they wait inside for their turn.
        """
        root = Path(path)
        if not all((root / name).exists() for name in ("HEAD", "objects", "refs")):
            raise Stalled(f"{root} is no Git repository: `reconciler init` makes one")
        store = cls(root, took, together)
        if root.stat().st_uid != os.geteuid():
            store._objects  # noqa: B018 - git decides whether we may: ask it now, not in the middle of a pass
        store.recover()
        return store

    @classmethod
    def create(cls, path: Path | str) -> GitStore:
        """A new, empty repository. Raises ``Stalled`` when there is one already."""
        from reconciler.store import objects

        root = Path(path)
        if (root / "HEAD").exists():
            raise Stalled(f"{root} is a Git repository already: open it, or choose another folder")
        objects.create(root)
        for folder in (root, root / "refs", root / "objects"):
            sync_folder(folder)
        return cls.open(root)

    def recover(self) -> None:
        tidy_up(self.path)

    def ref(self, name: str) -> Revision | None:
        return head_revision(self.path, name)

    def refs(self, prefix: str) -> dict[str, Revision]:
        return refs_quick(self.path, [prefix])

    def move_ref(self, name: str, new: Revision | None, expected: Revision | None) -> None:
        if new is not None and self._objects.full(new) != new:
            raise Stalled(f"{name} cannot be moved to {new!r}: expected all 40 digits of a revision")
        with timed(self._took, "move-ref"):
            move_ref(self.path, name, new, expected, self._ready.take(new) if new else "")

    def files(self, revision: Revision) -> Mapping[str, bytes]:
        return MappingProxyType(self._objects.files(revision))

    def commit(
        self, base: Revision | None, changes: Mapping[str, bytes | None], parents: Sequence[Revision], message: str, author: Author
    ) -> Revision:
        ready = staging_path(self.path)
        with timed(self._took, "commit"):
            revision = self._objects.commit(base, changes, parents, message, author, ready)
        self._ready.put(revision, ready)
        return revision

    def read(self, revision: Revision) -> Commit:
        return self._objects.read(revision)

    def history(self, revision: Revision, *, first_parent: bool = True, path: str | None = None) -> Iterator[Commit]:
        return self._objects.line(revision, path) if first_parent else self._objects.history(revision, path)

    def changes(self, before: Revision | None, after: Revision) -> dict[str, tuple[bytes | None, bytes | None]]:
        return self._objects.changes(before, after)

    def is_ancestor(self, old: Revision, new: Revision) -> bool:
        return self._objects.is_ancestor(old, new)

    def shared(self, one: Revision, other: Revision) -> Revision | None:
        return self._objects.shared(one, other)

    @cached_property
    def _flushes(self) -> Flushes:
        return Flushes(self._together, keeps_order(self.path / "objects", self.path / "refs"))

    @property
    def _objects(self) -> Objects:
        """This thread's own: a libgit2 repository is not for two threads at once. What was read is shared."""
        from reconciler.store.objects import Objects
        from reconciler.store.trees import Cache

        if not hasattr(self._own, "objects"):
            self._cache = self._cache or Cache()
            self._own.objects = Objects(self.path, self._cache, self._flushes)
        objects: Objects = self._own.objects
        return objects
