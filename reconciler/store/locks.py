"""Locks beside the references: our own writer lock, and the ``<file>.lock`` that every Git process respects.

A killed process leaves ``<file>.lock`` behind and blocks every later write. One is cleared only by the holder of our
writer lock, and only when the writer that made it is gone, or when it is older than any living process needs.
"""

from __future__ import annotations

import fcntl
import os
import threading
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
_in_this_process = threading.Lock()
"""Threads that write side by side wait for each other here: who asks the kernel must ask again and again."""


@contextmanager
def writer(root: Path, files: Sequence[str]) -> Iterator[None]:
    """Be the only writer of this program in the repository, and note which ``files`` will be locked, and by whom.

    Held by the kernel (flock), so that it ends with the process; also keeps threads apart. The note stays when the
    process is killed: the next writer then clears the locks that it names.
    """
    if not _in_this_process.acquire(timeout=WAIT_S):
        raise Retryable(f"{root / WRITER} is held by another writer of this program")
    try:
        with _only_writer(root, files):
            yield
    finally:
        _in_this_process.release()


@contextmanager
def _only_writer(root: Path, files: Sequence[str]) -> Iterator[None]:
    fd = os.open(root / WRITER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _flock(fd, root)
        _clear_abandoned(root, os.pread(fd, 65536, 0).decode("utf-8", "replace"))
        note = "".join(f"{line}\n" for line in (os.getpid(), *files)).encode()
        os.pwrite(fd, note, 0)
        os.ftruncate(fd, len(note))
        left: list[str] = []
        try:
            yield
        except OSError as error:
            left = [f"{os.path.relpath(name, root)}\n" for name in _left_by(error)]
            raise
        finally:
            kept = "".join([f"{os.getpid()}\n", *left]).encode() if left else b""
            if kept:
                os.pwrite(fd, kept, 0)
            os.ftruncate(fd, len(kept))
    finally:
        os.close(fd)


class LockLeft(OSError):
    """A lock of ours that could not be removed. ``writer`` keeps it in its note, so that the next one clears it."""


def _left_by(error: BaseException | None) -> Iterator[str]:
    """Files whose locks stayed, of an error and of those that it followed."""
    while error is not None:
        if isinstance(error, LockLeft):
            yield error.filename.removesuffix(".lock")
        error = error.__context__


def tidy_up(root: Path) -> None:
    """Clear locks that an earlier run of this program could not. Leaves a repository alone that is being written, or may not be."""
    with suppress(OSError, Retryable):
        if (root / WRITER).stat().st_size and _is_free(root):
            with writer(root, []):
                pass


def _is_free(root: Path) -> bool:
    with open(root / WRITER, "rb") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


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
        _remove(lock, inode)


def _remove(lock: Path, inode: int) -> None:
    try:
        if os.stat(lock).st_ino == inode:
            os.unlink(lock)
    except FileNotFoundError:
        return
    except OSError as error:
        raise LockLeft(error.errno, error.strerror, os.fspath(lock)) from error


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


def remove_locks(folder: Path) -> None:
    """Take every lock below a folder away. Only for a folder that nobody else writes."""
    for at, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".lock"):
                Path(at, name).unlink(missing_ok=True)


def clear_old_locks(root: Path, files: Sequence[str]) -> bool:
    """Under our writer lock, take away locks of these files that no living process can still need; True when there was one."""
    with writer(root, []):
        old = [lock for name in files if _age_s(lock := lock_of(root / name)) > FOREIGN_S]
        for lock in old:
            lock.unlink(missing_ok=True)
    return bool(old)


def lock_of(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _taken(lock: Path) -> int:
    give_up = time.monotonic() + WAIT_S
    while True:
        # Not found: there is no folder yet, or another process has just removed an empty one.
        with suppress(FileExistsError, FileNotFoundError):
            return os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        if not lock.parent.is_dir():
            lock.parent.mkdir(parents=True, exist_ok=True)
        elif _age_s(lock) > FOREIGN_S:
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
            raise Retryable(f"{root / WRITER} is held by another writer of this program")
        time.sleep(_POLL_S)
