"""Small files that only their owner may read: written whole and durably, or not at all; one writer at a time.

Nothing here knows what the files hold, and no error shows it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from reconciler.errors import Retryable, Stalled
from reconciler.fault_points import fault_point

MAX_BYTES = 5_000_000
LOCK_TIMEOUT_S = 10.0


def read(path: Path) -> bytes | None:
    """The file's bytes, None when there is none. A file that others could read is closed to them first."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Stalled(f"{path} cannot be read ({error.strerror}); it must be a regular file of yours") from error
    with os.fdopen(handle, "rb") as file:
        if os.fstat(handle).st_mode & 0o077:
            os.fchmod(handle, 0o600)
        return file.read(MAX_BYTES)


def seal(path: Path) -> tuple[int, ...] | None:
    """Equal for as long as the file is the same and nobody has touched it; None when there is none."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_mode


def write(path: Path, data: bytes) -> None:
    """Put the file in place: 0600, complete and on the disk when the call returns; else what was there stays."""
    temporary = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        _create(temporary, data)
        fault_point("secret.staged")
        os.replace(temporary, path)
        _sync(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        kind = Stalled if isinstance(error, PermissionError) else Retryable
        raise kind(f"{path} cannot be written ({error.strerror})") from error


def _create(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's vault alone, against other processes and threads. The folder is made, for its owner only."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
        handle = os.open(folder / "vault.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Stalled(f"{folder} cannot be used for the vault ({error.strerror}); it must be a folder of yours") from error
    try:
        _wait(handle, folder)
        yield
    finally:
        os.close(handle)  # closing gives the lock back, also when the process dies


def _wait(handle: int, folder: Path) -> None:
    until = time.monotonic() + LOCK_TIMEOUT_S
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Retryable(f"the vault in {folder} is held by another process") from None
            time.sleep(0.01)
