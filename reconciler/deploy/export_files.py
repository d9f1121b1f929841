"""Exports on the disk: a folder for each schedule, files for this user alone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from reconciler.errors import Retryable, Stalled

_SUM, _CHUNK = "sha256:", 1 << 16


class LocalExportFiles:
    """``reconciler.ports.exports.ExportFiles``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, path: str, parts: Iterable[bytes]) -> tuple[str, int]:
        place = self._place(path)
        fresh = place.with_name(f".{place.name}.{os.getpid()}")
        digest, size = hashlib.sha256(), 0
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
                for part in parts:
                    digest.update(part)
                    size += file.write(part)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, place)
        except OSError as error:
            raise Retryable(f"{place}: the export cannot be written ({error.strerror}); make room, or mend the folder", after_s=60.0) from error
        finally:
            fresh.unlink(missing_ok=True)
        return _SUM + digest.hexdigest(), size

    def read(self, path: str, checksum: str) -> Iterator[bytes] | None:
        place = self._place(path)
        try:
            with place.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return None
        if _SUM + found != checksum:
            raise Stalled(f"{path}: this export is damaged: its content does not have its checksum")
        return _parts(place)

    def remove(self, path: str) -> None:
        self._place(path).unlink(missing_ok=True)

    def _place(self, path: str) -> Path:
        place = (self._folder / path).resolve()
        if not place.is_relative_to(self._folder.resolve()):
            raise Stalled(f"{path}: no export is there")
        return place


def _parts(place: Path) -> Iterator[bytes]:
    with place.open("rb") as file:
        while part := file.read(_CHUNK):
            yield part
