"""A disk in memory: the same promises as the real one, without links, modes and races.

``files`` maps full paths to bytes; a test changes it as a user would. ``folders`` are folders that are there although
empty. ``problems`` maps full paths to what ``look`` shall report; such files cannot be written either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.errors import Raced, Stalled
from reconciler.model.names import AbsPath, Digest, RelPath, TargetId
from reconciler.model.results import Problem
from reconciler.ports import Backup, Clock, Found, Write
from tests.fakes.clock import FakeClock


class MemoryDisk:
    def __init__(self, files: Mapping[str, bytes] | None = None, clock: Clock | None = None) -> None:
        self.files: dict[str, bytes] = dict(files or {})
        self.folders: set[str] = set()
        self.problems: dict[str, Problem] = {}
        self.applied: list[tuple[TargetId, tuple[Write, ...]]] = []
        self._clock = clock or FakeClock()
        self._backups: dict[TargetId, list[Backup]] = {}
        self._objects: dict[Digest, bytes] = {}

    def look(self, root: AbsPath, path: RelPath) -> Found:
        full = f"{root}/{path}"
        if full in self.problems:
            return Found(path, problem=self.problems[full])
        data = self.files.get(full)
        return Found(path) if data is None else Found(path, data, _digest(data))

    def leads_to(self, root: AbsPath, path: RelPath) -> AbsPath | None:
        return AbsPath(f"{root}/{path}".rstrip("/"))

    def is_being_written(self, root: AbsPath, path: RelPath) -> bool:
        return False

    def names(self, root: AbsPath, folder: RelPath, suffix: str) -> list[str] | None:
        start = f"{root}/{folder}/" if folder else f"{root}/"
        inside = [full.removeprefix(start) for full in self.files if full.startswith(start)]
        if (not inside and start[:-1] not in self.folders) or start[:-1] in self.problems:
            return None
        return sorted(name for name in inside if "/" not in name and name.endswith(suffix))

    def unlisted(self, root: AbsPath, folder: RelPath) -> Problem | None:
        full = f"{root}/{folder}"
        is_file = Problem(folder, "is no folder", advice="move it away, so that the folder can be made and read", kind="NotAFile")
        return self.problems.get(full) or (is_file if full in self.files else None)

    def nested(self, root: AbsPath, name: RelPath) -> list[RelPath]:
        inside = (full.removeprefix(f"{root}/") for full in self.files if full.startswith(f"{root}/") and full.endswith(f"/{name}"))
        return sorted(RelPath(path) for path in inside if path != name)

    def recover(self, target: TargetId) -> None:
        """Nobody is killed while writing to memory."""

    def apply(self, target: TargetId, root: AbsPath, writes: Sequence[Write]) -> None:
        changed = [write for write in writes if self._is_change(root, write)]
        for write in changed:
            self._write(target, f"{root}/{write.path}", write)
        if changed:
            self.applied.append((target, tuple(changed)))

    def backups(self, target: TargetId) -> list[Backup]:
        return list(reversed(self._backups.get(target, [])))

    def join_backups(self, target: TargetId) -> None:
        """As after the retention of all but the first write: it stands for all of them."""
        last = {backup.path: backup for backup in self._backups[target]}
        first = {backup.path: backup for backup in reversed(self._backups[target])}
        self._backups[target] = [replace(first[p], replaced_by=last[p].replaced_by, is_joined=True) for p in first]

    def forget_backups(self) -> None:
        """As after their retention: what was in them is gone, that there was a write is still known."""
        self._objects.clear()

    def backup_data(self, digest: Digest) -> bytes:
        if digest not in self._objects:
            raise Stalled(f"backup {digest[:12]} is past its retention; choose a later one")
        return self._objects[digest]

    def _is_change(self, root: AbsPath, write: Write) -> bool:
        found = self.look(root, write.path)
        if found.problem is not None:
            raise Stalled(f"{write.path}: {found.problem.reason}")
        if found.digest != write.expected:
            raise Raced(f"{write.path}: changed since it was read; reading it again", after_s=0.0)
        return found.data != write.data

    def _write(self, target: TargetId, full: str, write: Write) -> None:
        old = self.files.pop(full, None)
        self.folders.add(full.rpartition("/")[0])
        if old is not None:
            self._objects[_digest(old)] = old
        new = None if write.data is None else _digest(write.data)
        if write.data is not None and new is not None:
            self.files[full] = self._objects[new] = write.data
        self._backups.setdefault(target, []).append(Backup(write.path, write.expected, self._clock.now(), new))


def _digest(data: bytes) -> Digest:
    return Digest(hashlib.sha256(data).hexdigest())
