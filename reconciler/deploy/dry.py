"""A disk that reads the real files and only records what would be written: the dry run is another door, not an ``if``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.deploy.reading import digest_of
from reconciler.errors import Raced, Stalled
from reconciler.model.names import AbsPath, Digest, RelPath, TargetId
from reconciler.model.results import Problem
from reconciler.ports import Backup, Disk, Found, Write


@dataclass
class DryDisk:
    """Sees what it recorded. ``written`` holds, by full path, the bytes that would stand there (None: removed)."""

    real: Disk
    written: dict[str, bytes | None] = field(default_factory=dict)

    def look(self, root: AbsPath, path: RelPath) -> Found:
        full = f"{root}/{path}"
        if full not in self.written:
            return self.real.look(root, path)
        data = self.written[full]
        return Found(path) if data is None else Found(path, data, digest_of(data))

    def leads_to(self, root: AbsPath, path: RelPath) -> AbsPath | None:
        return self.real.leads_to(root, path)

    def is_being_written(self, root: AbsPath, path: RelPath) -> bool:
        return self.real.is_being_written(root, path)

    def names(self, root: AbsPath, folder: RelPath, suffix: str) -> list[str] | None:
        here = self.real.names(root, folder, suffix)
        names, start = set(here or ()), f"{root}/{folder}/"
        for full, data in self.written.items():
            name = full.removeprefix(start)
            if full.startswith(start) and "/" not in name and name.endswith(suffix):
                names = names - {name} if data is None else names | {name}
        return sorted(names) if names or here is not None else None

    def unlisted(self, root: AbsPath, folder: RelPath) -> Problem | None:
        return self.real.unlisted(root, folder)

    def nested(self, root: AbsPath, name: RelPath) -> list[RelPath]:
        return self.real.nested(root, name)

    def recover(self, target: TargetId) -> None:
        """Left to a run that may write."""

    def apply(self, target: TargetId, root: AbsPath, writes: Sequence[Write]) -> None:
        """Record all writes or none. Raises ``Raced`` and ``Stalled`` like a real disk, as far as reading can tell."""
        changed = {f"{root}/{write.path}": write.data for write in writes if self._is_change(root, write)}
        self.written |= changed

    def _is_change(self, root: AbsPath, write: Write) -> bool:
        found = self.look(root, write.path)
        if found.problem is not None:
            raise Stalled(f"{write.path}: {found.problem.reason}; {found.problem.advice}", kind=found.problem.kind)
        if found.digest != write.expected:
            raise Raced(f"{write.path}: changed since it was read; reading it again", after_s=0.0)
        return found.data != write.data

    def backups(self, target: TargetId) -> list[Backup]:
        return self.real.backups(target)

    def backup_data(self, digest: Digest) -> bytes:
        return self.real.backup_data(digest)
