"""Commits of a repository through pygit2: opened, read, written, walked. Moves no reference.

Imported only when commits are needed. libgit2's objects belong to one thread: make one of these for each.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pygit2

from reconciler.errors import Retryable, Stalled
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.ports import Author, Commit
from reconciler.store.encoding import NewObjects, commit_data
from reconciler.store.loose import write_objects
from reconciler.store.paths import check_path, fit_author, fit_message
from reconciler.store.staging import Flushes, reference_file
from reconciler.store.trees import Cache, Oid, Trees

_PREFIX = re.compile(r"[0-9a-f]{4,40}")
_NEWEST_FIRST = pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.TIME
# Bare repositories get no reflogs unless told; fsckObjects refuses a pushed tree that would attack a checkout.
_CONFIG = {"core.logAllRefUpdates": True, "transfer.fsckObjects": True}


def create(path: Path) -> None:
    """Make an empty bare repository with the branch ``main``: whole, or not at all. Raises ``Stalled`` when something else is there."""
    _make_durable()
    making = path.with_name(f"{path.name}.making")
    shutil.rmtree(making, ignore_errors=True)  # of a run that was killed
    branch = MAIN.removeprefix("refs/heads/")
    flags = pygit2.enums.RepositoryInitFlag.MKPATH | pygit2.enums.RepositoryInitFlag.NO_REINIT
    repo = pygit2.init_repository(str(making), bare=True, flags=flags, initial_head=branch)
    for key, value in _CONFIG.items():
        repo.config[key] = value
    try:
        os.rename(making, path)
    except OSError as error:
        shutil.rmtree(making)
        raise Stalled(f"{path}: no repository can be made here: {error.strerror}; move away what is there") from error


def opened(path: Path) -> pygit2.Repository:
    """The repository at the path itself, never one above it. Raises ``Stalled`` when there is none that we may use."""
    _make_durable()
    try:
        return pygit2.Repository(str(path), pygit2.enums.RepositoryOpenFlag.NO_SEARCH)
    except pygit2.GitError as error:
        if "not owned by" in str(error):
            raise Stalled(
                f"{path} belongs to another user: run this program as that user, or trust it with "
                f"`git config --global --add safe.directory {path}`"
            ) from error
        raise Stalled(f"{path} is no Git repository: {error}") from error


def _make_durable() -> None:
    # libgit2 does not fsync unless told to: after a power cut, main could name a commit that is not there.
    pygit2.settings.enable_fsync_gitdir(True)


class Objects:
    """The commits of one repository, for one thread."""

    def __init__(self, path: Path, cache: Cache, flushes: Flushes) -> None:
        self._path, self._flushes = path, flushes
        self._repo = opened(path)
        self._trees = Trees(self._repo, cache)

    def files(self, revision: Revision) -> Mapping[str, bytes]:
        return self._trees.files(self._found(revision).tree_id)

    def commit(
        self, base: Revision | None, changes: Mapping[str, bytes | None], parents: Sequence[Revision], message: str, author: Author, ready: str
    ) -> Revision:
        """The commit, written, and at the path ``ready`` a staged file for the reference that will name it."""
        for path in (path for path, data in changes.items() if data is not None):
            check_path(path)
        base_tree, ids = self._found(base).tree_id if base else None, [self._found(parent).id for parent in parents]
        new = NewObjects()
        tree = self._trees.with_changes(base_tree, changes, new)
        commit = new.add("commit", commit_data(tree, ids, fit_author(author), fit_message(message)))
        try:
            write_objects(self._path, new.framed, self._flushes, [reference_file(ready, str(commit))])
        except OSError as error:
            # A full disk, most likely: what was half written is no object, and no reference names it.
            raise Retryable(f"{self._repo.path} cannot be written: {error}", after_s=5.0) from error
        return Revision(str(commit))

    def read(self, revision: Revision) -> Commit:
        return _read(self._found(revision))

    def history(self, revision: Revision, path: str | None) -> Iterator[Commit]:
        """All commits that ``revision`` contains."""
        walk = self._repo.walk(self._found(revision).id, _NEWEST_FIRST)
        return (_read(commit) for commit in walk if path is None or self._changed(commit, path))

    def line(self, revision: Revision, path: str | None) -> Iterator[Commit]:
        """Commits back along first parents. Reads as far as it is asked, where a walk would sort all of them first."""
        commit: pygit2.Commit | None = self._found(revision)
        while commit is not None:
            if path is None or self._changed(commit, path):
                yield _read(commit)
            commit = self._first_parent(commit)

    def changes(self, before: Revision | None, after: Revision) -> dict[str, tuple[bytes | None, bytes | None]]:
        old = self._found(before).tree_id if before else None
        return {path: (was, now) for path, was, now in self._trees.changes(old, self._found(after).tree_id)}

    def is_ancestor(self, old: Revision, new: Revision) -> bool:
        ancestor, commit = self._found(old).id, self._found(new).id
        return ancestor == commit or self._repo.descendant_of(commit, ancestor)

    def shared(self, one: Revision, other: Revision) -> Revision | None:
        """The best common ancestor."""
        found = self._repo.merge_base(self._found(one).id, self._found(other).id)
        return Revision(str(found)) if found is not None else None

    def full(self, revision: Revision) -> Revision:
        """The whole id of a commit that is there."""
        return Revision(str(self._found(revision).id))

    def _changed(self, commit: pygit2.Commit, path: str) -> bool:
        parent = self._first_parent(commit)
        before = self._trees.at(parent.tree_id, path) if parent else None
        return self._trees.at(commit.tree_id, path) != before

    def _first_parent(self, commit: pygit2.Commit) -> pygit2.Commit | None:
        ids = commit.parent_ids
        return self._found(Revision(str(ids[0]))) if ids else None

    def _found(self, revision: Revision) -> pygit2.Commit:
        text = revision.lower()
        if not _PREFIX.fullmatch(text):
            raise Stalled(f"{revision!r} is no revision: expected 4 to 40 hex digits")
        try:
            found = self._repo.get(Oid(hex=text) if len(text) == 40 else self._repo.expand_id(text))
        except KeyError:
            found = None
        except ValueError:
            found = self._only_commit(text)
        except pygit2.GitError as error:
            raise Stalled(f"{self._repo.path}: {text} is damaged: `git fsck` tells more") from error
        if not isinstance(found, pygit2.Commit):
            raise Stalled(f"there is no revision {revision} in {self._repo.path}")
        return found

    def _only_commit(self, text: str) -> pygit2.Object:
        """Several objects start with these digits: as git does, take the one that is a commit."""
        alike = {oid for oid in self._repo.odb if str(oid).startswith(text)}
        found = [known for known in map(self._repo.__getitem__, alike) if isinstance(known, pygit2.Commit)]
        if len(found) != 1:
            raise Stalled(f"{text} is short for {len(found)} revisions: give more digits")
        return found[0]


def _read(commit: pygit2.Commit) -> Commit:
    author = commit.author
    by = Author(author.raw_name.decode("utf-8", "replace"), author.raw_email.decode("utf-8", "replace"), float(author.time))
    parents = tuple(Revision(str(parent)) for parent in commit.parent_ids)
    return Commit(Revision(str(commit.id)), parents, by, commit.raw_message.decode("utf-8", "replace"))
