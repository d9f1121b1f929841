"""Artifacts on the disk, by the digest of their content: what was kept once is not kept again."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from reconciler.errors import Stalled

_SUM = "sha256:"


class Artifacts:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, text: str) -> tuple[str, str, int]:
        """Put a text away, for this user alone. Returns its path below the folder, its checksum, and its size in bytes.

        Not flushed: after a power cut the checksum tells what is whole, and the next session has a snapshot again.
        """
        data = text.encode("utf-8", "replace")
        digest = hashlib.sha256(data).hexdigest()
        path = f"{digest[:2]}/{digest}"
        place = self._folder / path
        if not self._is_kept(place, len(data)):
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = place.with_name(f".{digest}.{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
                file.write(data)
            os.replace(fresh, place)
        return path, f"{_SUM}{digest}", len(data)

    def read(self, path: str, checksum: str) -> bytes | None:
        """An artifact as it was kept; None when it is gone. Raises ``Stalled`` when it is damaged."""
        place = (self._folder / path).resolve()
        if not place.is_relative_to(self._folder.resolve()):
            raise Stalled(f"{path}: no artifact is there")
        try:
            data = place.read_bytes()
        except FileNotFoundError:
            return None
        if _SUM + hashlib.sha256(data).hexdigest() != checksum:
            raise Stalled(f"{path}: this artifact is damaged: its content does not have its checksum")
        return data

    def forget_old(self, before: float) -> int:
        """Remove what no session has left since then; the number of contents removed."""
        old = [path for path in self._folder.glob("*/*") if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _is_kept(self, place: Path, size_bytes: int) -> bool:
        """Whether it is there whole; its time then becomes that of the newest session that left it."""
        try:
            os.utime(place)
            return place.stat().st_size == size_bytes
        except FileNotFoundError:
            return False
