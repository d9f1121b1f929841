"""Locks beside the references: our own writer lock, and the ``<file>.lock`` that every Git process respects.

A killed process leaves ``<file>.lock`` behind and blocks every later write. One is cleared only by the holder of our
writer lock, and only when the writer that made it is gone, or when it is older than any living process needs.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from reconciler.errors import Retryable

WRITER = "reconciler-writer"
WAIT_S = 5.0
FOREIGN_S = 60.0
# A dead writer may have died before it took its lock, and another process may hold that now: git holds one for milliseconds.
ABANDONED_S = 0.25
_POLL_S = 0.002


@contextmanager
def writer(root: Path, files: Sequence[str]) -> Iterator[None]:
    """Be the only writer of this program in the repository, and note which ``files`` will be locked, and by whom.

    Held by the kernel (flock), so that it ends with the process; also keeps threads apart. The note stays when the
    process is killed: the next writer then clears the locks that it names.
    """
    fd = os.open(root / WRITER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _flock(fd, root)
        _clear_abandoned(root, os.pread(fd, 65536, 0).decode("utf-8", "replace"))
        note = "".join(f"{line}\n" for line in (os.getpid(), *files)).encode()
        os.pwrite(fd, note, 0)
        os.ftruncate(fd, len(note))
        try:
            yield
        finally:
            os.ftruncate(fd, 0)
    finally:
        os.close(fd)


@contextmanager
def file_lock(path: Path) -> Iterator[int]:
    """Hold ``<path>.lock`` as git does and yield it open for writing; removed at the end unless ``replace`` used it."""
    lock = lock_of(path)
    fd = _taken(lock)
    inode = os.fstat(fd).st_ino
    try:
        yield fd
    finally:
        os.close(fd)
        # After `replace` the name may already be another process's lock.
        with suppress(FileNotFoundError):
            if os.stat(lock).st_ino == inode:
                lock.unlink()


def replace(path: Path, fd: int, data: bytes) -> None:
    """Make ``data`` the content of the locked file, durably; readers see the old or the new bytes."""
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(fd)
    os.replace(lock_of(path), path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were added to or taken from the folder durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def lock_of(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _taken(lock: Path) -> int:
    give_up = time.monotonic() + WAIT_S
    while True:
        lock.parent.mkdir(parents=True, exist_ok=True)
        # Not found: another process removed the empty folder between the two calls.
        with suppress(FileExistsError, FileNotFoundError):
            return os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        if _age_s(lock) > FOREIGN_S:
            lock.unlink(missing_ok=True)
        elif time.monotonic() > give_up:
            raise Retryable(f"{lock} is held by another Git process; if none runs, remove the file")
        else:
            time.sleep(_POLL_S)


def _clear_abandoned(root: Path, note: str) -> None:
    for name in note.split("\n")[1:-1]:
        lock = lock_of(root / name)
        while 0 <= _age_s(lock) < ABANDONED_S:
            time.sleep(_POLL_S)
        lock.unlink(missing_ok=True)


def _age_s(lock: Path) -> float:
    """Seconds since the lock was written; -1 when there is none. A time in the future counts as old, not as forever."""
    try:
        return abs(time.time() - lock.stat().st_mtime)
    except OSError:
        return -1.0


def _flock(fd: int, root: Path) -> None:
    give_up = time.monotonic() + WAIT_S
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > give_up:
            raise Retryable(f"{root / WRITER} is held by another process of this program")
        time.sleep(_POLL_S)
