"""Trees and files of a repository: read with a cache by content, compared, and made anew by touching only what changed.

An object's id is a digest of its content, so that what is cached can never be stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar, cast

import pygit2

from reconciler.errors import Stalled
from reconciler.store.encoding import NewObjects, tree_data

Oid = pygit2.Oid
T = TypeVar("T")
_FILE, _FOLDER, _SUBMODULE = 0o100644, 0o040000, 0o160000
_FILE_MODES = (0o100644, 0o100755)
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


class Entry(NamedTuple):
    mode: int
    id: Oid

    @property
    def is_folder(self) -> bool:
        return self.mode == _FOLDER


class Kept(Generic[T]):
    """A cache by object id that empties itself when it holds more than ``limit`` (of bytes, or of entries)."""

    def __init__(self, limit: int) -> None:
        self._limit, self._weight = limit, 0
        self._values: dict[Oid, T] = {}

    def get(self, key: Oid) -> T | None:
        return self._values.get(key)

    def put(self, key: Oid, value: T, weight: int) -> T:
        if self._weight + weight > self._limit:
            self._values, self._weight = {}, 0
        self._values[key] = value
        self._weight += weight
        return value


class Cache:
    """What was read of a repository; may be shared by threads, since a lost entry is only read again."""

    def __init__(self) -> None:
        self.blobs: Kept[bytes] = Kept(32_000_000)
        self.entries: Kept[dict[str, Entry]] = Kept(50_000)
        self.files: Kept[dict[str, bytes]] = Kept(200_000)


class Trees:
    """The trees of one open repository."""

    def __init__(self, repo: pygit2.Repository, cache: Cache) -> None:
        self._repo, self._cache = repo, cache

    def files(self, tree: Oid) -> dict[str, bytes]:
        """Every file below the tree by its path. Shared: callers must not change it."""
        known = self._cache.files.get(tree)
        if known is not None:
            return known
        out: dict[str, bytes] = {}
        for name, entry in self._entries(tree).items():
            if entry.is_folder:
                out.update((f"{name}/{path}", data) for path, data in self.files(entry.id).items())
            elif entry.mode != _SUBMODULE:
                out[name] = self._blob(entry.id)
        return self._cache.files.put(tree, out, len(out) + 1)

    def changes(self, before: Oid | None, after: Oid | None, at: str = "") -> Iterator[tuple[str, bytes | None, bytes | None]]:
        """Path and both contents of each file that differs; folders that are the same are not opened."""
        old, new = self._entries(before), self._entries(after)
        for name in sorted({**old, **new}):
            was, now = old.get(name), new.get(name)
            if was != now:
                yield from self._changed(at + name, was, now)

    def at(self, tree: Oid, path: str) -> Oid | None:
        """The id of what is at the path, file or folder."""
        try:
            return cast(pygit2.Tree, self._repo[tree])[path].id
        except KeyError:
            return None

    def with_changes(self, base: Oid | None, changes: Mapping[str, bytes | None], new: NewObjects) -> Oid:
        """The id of the tree of ``base`` with files put or taken away, without empty folders; what it needs is added to ``new``."""
        return self._changed_tree(base, changes, "", new) or new.add("tree", b"")

    def _changed_tree(self, base: Oid | None, changes: Mapping[str, bytes | None], at: str, new: NewObjects) -> Oid | None:
        files, folders = _by_name(changes)
        have = dict(self._entries(base))
        for name in [name for name, data in files.items() if data is None and name in have and not have[name].is_folder]:
            del have[name]
        for name, inner in folders.items():
            self._put_folder(have, name, inner, at, new)
        for name, data in files.items():
            if data is not None:
                self._put_file(have, name, data, at, new)
        return self._built(base, have, new) if have else None

    def _put_folder(self, have: dict[str, Entry], name: str, inner: Mapping[str, bytes | None], at: str, new: NewObjects) -> None:
        old = have.get(name)
        if old is not None and not old.is_folder:
            if any(data is not None for data in inner.values()):
                raise _clash(at + name)
            return
        tree = self._changed_tree(old.id if old else None, inner, f"{at}{name}/", new)
        have.pop(name, None)
        if tree is not None:
            have[name] = Entry(_FOLDER, tree)

    def _put_file(self, have: dict[str, Entry], name: str, data: bytes, at: str, new: NewObjects) -> None:
        old = have.get(name)
        if old is not None and old.is_folder:
            raise _clash(at + name)
        mode = old.mode if old is not None and old.mode in _FILE_MODES else _FILE
        have[name] = Entry(mode, new.add("blob", data))

    def _built(self, base: Oid | None, have: Mapping[str, Entry], new: NewObjects) -> Oid:
        """Start from the tree of ``base``, so that entries with names that are no UTF-8 are carried over as they are."""
        old = self._entries(base)
        if old == have and base is not None:
            return base
        rows = self._named(base, old)
        for name in old.keys() - have.keys():
            rows.pop(name.encode(), None)
        rows.update((name.encode(), entry) for name, entry in have.items() if old.get(name) != entry)
        tree = new.add("tree", tree_data(rows, _FOLDER))
        self._keep(tree, have)
        return tree

    def _named(self, tree: Oid | None, entries: Mapping[str, Entry]) -> dict[bytes, Entry]:
        """The entries of a tree by what git calls them: read anew only where some could not be decoded."""
        if tree is not None and any(_UNREADABLE in name for name in entries):
            return dict(_parsed(self._raw(tree)))
        return {name.encode(): entry for name, entry in entries.items()}

    def _changed(self, path: str, was: Entry | None, now: Entry | None) -> Iterator[tuple[str, bytes | None, bytes | None]]:
        old, new = self._content(was), self._content(now)
        if old != new:
            yield path, old, new
        folders = [entry.id if entry is not None and entry.is_folder else None for entry in (was, now)]
        if folders != [None, None]:
            yield from self.changes(folders[0], folders[1], path + "/")

    def _content(self, entry: Entry | None) -> bytes | None:
        return None if entry is None or entry.mode in (_FOLDER, _SUBMODULE) else self._blob(entry.id)

    def _blob(self, blob: Oid) -> bytes:
        known = self._cache.blobs.get(blob)
        if known is None:
            data = self._raw(blob)
            known = self._cache.blobs.put(blob, data, len(data) + 100)
        return known

    def _raw(self, oid: Oid) -> bytes:
        try:
            data: bytes = self._repo.read(oid)[1]
        except (KeyError, pygit2.GitError) as error:
            raise Stalled(f"{self._repo.path}: object {oid} is missing or damaged: `git fsck` tells more") from error
        return data

    def _entries(self, tree: Oid | None) -> dict[str, Entry]:
        if tree is None:
            return {}
        known = self._cache.entries.get(tree)
        return known if known is not None else self._keep(tree, {name.decode("utf-8", "replace"): entry for name, entry in _parsed(self._raw(tree))})

    def _keep(self, tree: Oid, entries: Mapping[str, Entry]) -> dict[str, Entry]:
        # Sorted, so that files come in one order whether their tree was read or written.
        return self._cache.entries.put(tree, dict(sorted(entries.items())), len(entries) + 1)


def _parsed(raw: bytes) -> Iterator[tuple[bytes, Entry]]:
    """A tree's entries. Names that are no UTF-8 are shown with replacement characters, and cannot be changed by us."""
    at = 0
    while at < len(raw):
        space, end = raw.index(b" ", at), raw.index(b"\0", at)
        yield raw[space + 1 : end], Entry(int(raw[at:space], 8), Oid(raw=raw[end + 1 : end + 21]))
        at = end + 21


def _by_name(changes: Mapping[str, bytes | None]) -> tuple[dict[str, bytes | None], dict[str, dict[str, bytes | None]]]:
    """Changes of files right here, and those of each folder below."""
    files: dict[str, bytes | None] = {}
    folders: dict[str, dict[str, bytes | None]] = {}
    for path, data in changes.items():
        name, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(name, {})[rest] = data
        else:
            files[name] = data
    return files, folders


def _clash(path: str) -> Stalled:
    return Stalled(f"{path} would be a file and a folder: take one away in the same commit")
