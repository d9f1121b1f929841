"""What was about to be written for one target, line by line, so that a killed run can be tidied up and a file restored.

Holds paths and digests, never the content of a file. A line that a power cut tore is skipped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from reconciler.deploy.objects import make_durable_folder, sync_folder, write_all, write_durably
from reconciler.deploy.rename import ASIDE
from reconciler.model.names import Digest, RelPath

State = Literal["staged", "done", "undone", "kept"]


@dataclass(frozen=True)
class Entry:
    """One file of one write. ``kept`` is a client's content that was displaced while it raced with us; ``is_joined``: see ``Backup``."""

    state: State
    at: float
    path: RelPath
    old: Digest | None
    new: Digest | None = None
    real: str = ""
    temp: str = ""
    is_joined: bool = False

    def is_left(self) -> bool:
        """Whether a temporary file of this write is still there, because it could not be removed."""
        folder = os.path.dirname(self.real)
        return bool(self.temp) and any(os.path.lexists(f"{folder}/{name}") for name in (self.temp, self.temp + ASIDE))


class Journal:
    """Appended only, under the target's lock; ``rewrite`` is for the retention."""

    def __init__(self, path: str) -> None:
        self._path = path

    def append(self, entries: Iterable[Entry]) -> None:
        """Add the entries, durable when the call returns."""
        self._append(entries, os.fsync)

    def append_lazily(self, entries: Iterable[Entry]) -> None:
        """Add the entries; a power cut may lose them, which only makes the next run look again."""
        self._append(entries, lambda file: None)

    def _append(self, entries: Iterable[Entry], flush: Any) -> None:
        is_new = not os.path.exists(self._path)
        if is_new:
            make_durable_folder(os.path.dirname(self._path))
        file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            write_all(file, _unfinished_line(file) + b"".join(map(_line, entries)))
            flush(file)
        finally:
            os.close(file)
        if is_new:
            sync_folder(os.path.dirname(self._path))

    def entries(self) -> list[Entry]:
        """All entries, oldest first, each file of each write once and in its last state."""
        found: dict[object, Entry] = {}
        for number, entry in enumerate(self._read()):
            key = entry.temp or number
            found[key] = replace(found[key], state=entry.state) if key in found else entry
        return list(found.values())

    def rewrite(self, entries: Iterable[Entry]) -> None:
        temp = self._path + ".tmp"
        file = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        write_durably(file, b"".join(map(_line, entries)))
        os.rename(temp, self._path)
        sync_folder(os.path.dirname(self._path))

    def mark(self) -> tuple[int, int] | None:
        """Changes whenever somebody appends or rewrites."""
        try:
            info = os.stat(self._path)
        except FileNotFoundError:
            return None
        return info.st_ino, info.st_size

    def _read(self) -> list[Entry]:
        try:
            with open(self._path, "rb") as file:
                return [entry for line in file if (entry := _entry(line)) is not None]
        except FileNotFoundError:
            return []


def _line(entry: Entry) -> bytes:
    return json.dumps(vars(entry), separators=(",", ":")).encode() + b"\n"


def _entry(line: bytes) -> Entry | None:
    try:
        return Entry(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _unfinished_line(file: int) -> bytes:
    """A line end, when the last line was torn."""
    size = os.fstat(file).st_size
    return b"\n" if size and os.pread(file, 1, size - 1) != b"\n" else b""
