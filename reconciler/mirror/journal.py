"""What happened on this machine, on its way to the database: appended and flushed, replayed in order, each record once.

Everything goes this way, whether PostgreSQL is there or not, so that a pass never waits for a server. Imports no
SQLAlchemy: every command writes here.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from reconciler.errors import Retryable
from reconciler.fault_points import fault_point
from reconciler.mirror.artifacts import Artifacts
from reconciler.mirror.lines import LineError, Row, line_of, row_of
from reconciler.ports.records import Record

_NOW, _GONE_ON, _UNREADABLE = "records.jsonl", "replaying.jsonl", "unreadable.jsonl"
Take = Callable[[Sequence[Row]], Sequence[Row]]
"""Takes rows into the database, all durable when it returns; gives back those that it can never hold."""


class Journal:
    """``reconciler.ports.records.Records``, for all processes of one ``RECONCILER_HOME``."""

    def __init__(self, folder: Path, artifacts: Artifacts) -> None:
        self._folder, self._artifacts = folder, artifacts

    def note(self, records: Sequence[Record]) -> None:
        try:
            text = b"".join(line_of(record, self._artifacts.keep) for record in records)
            if text:
                self._append(_NOW, text)
        except OSError as error:
            raise Retryable(
                f"{self._folder}: what happened cannot be kept ({error.strerror}); make room, or mend the folder", after_s=10.0
            ) from error

    def waiting(self) -> int:
        """How many bytes the database has not taken yet."""
        return sum(path.stat().st_size for name in (_GONE_ON, _NOW) if (path := self._folder / name).exists())

    def replay(self, take: Take) -> None:
        """Give everything to the database, the oldest first; forgotten only once it is there. One process at a time does it."""
        if not self.waiting():
            return
        with self._locked("replay.lock"):
            while self._set_aside():
                path = self._folder / _GONE_ON
                rows, unreadable = _rows(path.read_bytes())
                refused = take(rows)
                fault_point("mirror.journal-taken")
                lost = unreadable + b"".join(row.line for row in refused)
                if lost:
                    self._append(_UNREADABLE, lost)
                path.unlink()

    def _set_aside(self) -> bool:
        """What is written from now on goes to a new file; what a killed replay left goes first."""
        old, now = self._folder / _GONE_ON, self._folder / _NOW
        with self._locked("append.lock"):
            if not old.exists() and now.exists():
                now.rename(old)
                fault_point("mirror.journal-set-aside")
            return old.exists()

    def _append(self, name: str, text: bytes) -> None:
        with self._locked("append.lock"):
            path = self._folder / name
            file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                size = os.fstat(file).st_size
                if size and os.pread(file, 1, size - 1) != b"\n":
                    text = b"\n" + text  # a power cut tore the last line, which nobody was promised
                _write_all(file, text, size)
                os.fsync(file)
            finally:
                os.close(file)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)


def _write_all(file: int, text: bytes, size: int) -> None:
    """All of it or nothing: half a line on a full disk would be taken for a whole one's beginning."""
    left = memoryview(text)
    try:
        while left:
            left = left[os.write(file, left) :]
    except OSError:
        os.ftruncate(file, size)
        raise


def _rows(data: bytes) -> tuple[list[Row], bytes]:
    rows, unreadable = [], b""
    for line in data.splitlines(keepends=True):
        try:
            rows.append(row_of(line))
        except LineError:
            unreadable += line.rstrip(b"\n") + b"\n"
    return rows, unreadable
