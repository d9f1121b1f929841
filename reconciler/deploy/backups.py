"""Backups and journals of all targets in one folder, their locks, and how long they are kept."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from reconciler.deploy.journal import Entry, Journal, State
from reconciler.deploy.memory import file_name
from reconciler.deploy.objects import Objects, make_durable_folder
from reconciler.errors import Retryable
from reconciler.model.names import Digest, TargetId
from reconciler.ports import Backup

KEEP_S = 30 * 24 * 3600.0
KEEP_COUNT = 20
_ENDING = ".jsonl"


class Backups:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.objects = Objects(f"{folder}/objects")

    def journal(self, target: TargetId) -> Journal:
        return Journal(f"{self._folder}/journal/{file_name(target)}{_ENDING}")

    @contextmanager
    def locked(self, target: TargetId) -> Iterator[None]:
        """The right to write this target's files. Raises ``Retryable`` when another run has it."""
        with ExitStack() as held:
            held.enter_context(self._lock("all", fcntl.LOCK_SH))
            held.enter_context(self._lock(file_name(target), fcntl.LOCK_EX))
            yield

    def listed(self, target: TargetId) -> list[Backup]:
        """Earlier contents of the target's files, newest first."""
        kept = [entry for entry in self.journal(target).entries() if entry.state != "undone"]
        return [Backup(e.path, e.old, e.at, e.new, e.state == "kept", e.is_joined) for e in reversed(kept)]

    def has_left_over(self) -> bool:
        """Whether a temporary file of some write is still there."""
        return any(entry.state == "staged" and entry.is_left() for journal in self._journals() for entry in journal.entries())

    def settle(self, target: TargetId, entries: Iterable[Entry], state: State) -> None:
        self.journal(target).append_lazily(replace(entry, state=state) for entry in entries)

    def forget_old(self, now: float, keep_s: float = KEEP_S, keep_count: int = KEEP_COUNT) -> int:
        """Remove backups older than ``keep_s``, but never the newest ``keep_count`` of a file; the number of contents removed.

        Does nothing while a target is being written.
        """
        try:
            with self._lock("all", fcntl.LOCK_EX):
                used = {digest for journal in self._journals() for digest in _shortened(journal, now - keep_s, keep_count)}
                return self.objects.forget_others(used)
        except Retryable:
            return 0

    def _journals(self) -> list[Journal]:
        try:
            names = os.listdir(f"{self._folder}/journal")
        except FileNotFoundError:
            return []
        return [Journal(f"{self._folder}/journal/{name}") for name in names if name.endswith(_ENDING)]

    @contextmanager
    def _lock(self, name: str, kind: int) -> Iterator[None]:
        make_durable_folder(f"{self._folder}/locks")
        file = os.open(f"{self._folder}/locks/{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            _take(file, kind, name)
            yield
        finally:
            os.close(file)


def _take(file: int, kind: int, name: str) -> None:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Retryable(f"{name} is being written by another run; trying again", after_s=0.1) from error


def _shortened(journal: Journal, oldest: float, keep_count: int) -> set[Digest]:
    """Drop old entries from a journal; the digests that the rest still needs.

    A write that was not finished stays, and the first of each file: `remove --restore` goes back to before it. The
    writes after it that go are joined to it.
    """
    entries = journal.entries()
    kept: list[Entry] = []
    count: dict[str, int] = {}
    dropped: dict[str, Entry] = {}
    first = {entry.path: entry for entry in reversed(entries) if entry.state in ("done", "staged")}
    for entry in reversed(entries):
        if entry.state != "undone":
            count[entry.path] = count.get(entry.path, 0) + 1
        if entry.at >= oldest or count.get(entry.path, 0) <= keep_count or entry.state == "staged":
            kept.append(entry)
        elif first.get(entry.path) is entry:
            last = dropped.get(entry.path)
            kept.append(replace(entry, new=last.new, is_joined=True) if last else entry)
        elif entry.state == "done":
            dropped.setdefault(entry.path, entry)
    if len(kept) < len(entries):
        journal.rewrite(reversed(kept))
    return {digest for entry in kept for digest in (entry.old, entry.new) if digest is not None}
