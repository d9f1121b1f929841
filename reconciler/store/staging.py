"""New files of a repository, flushed before they get their names: what has its name is whole, whatever happens."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reconciler.ports.together import Together, Work, in_turn

_ORDERED = {"ext3", "ext4", "xfs"}
_MOST_READY = 8


def staging_path(root: Path) -> str:
    """Where a new file waits for its name. What a kill leaves there ``git gc`` removes, as its own."""
    return f"{root}/objects/tmp_obj_{secrets.token_hex(8)}"


@dataclass(frozen=True)
class Flushes:
    """How a repository is flushed: many files at once by ``together``; folders of objects not at all where names keep their order."""

    together: Together = in_turn
    keeps_order: bool = False

    def __call__(self, works: Sequence[Work]) -> None:
        """A busy disk takes as long for many flushes that are asked for at once as for one; for one no other thread is woken."""
        if len(works) == 1:
            works[0]()
        else:
            self.together(works)


def stage(files: Sequence[tuple[str, bytes, int]], flushes: Flushes) -> None:
    """Write new files, each with its mode; all of them are durable when it returns, but for their names."""
    opened: list[int] = []
    try:
        for path, data, mode in files:
            opened.append(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
            _write(opened[-1], data)
        flushes([partial(os.fsync, fd) for fd in opened])
    finally:
        for fd in opened:
            os.close(fd)


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def reference_file(path: str, revision: str) -> tuple[str, bytes, int]:
    """What ``stage`` makes a reference of that names the revision."""
    return path, f"{revision}\n".encode(), 0o666


class Ready:
    """Staged files for references, by the revision that they name. Few: those that nobody took go, the oldest first."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._lock = threading.Lock()

    def put(self, revision: str, path: str) -> None:
        with self._lock:
            unused = [self._paths.pop(revision, ""), *(self._paths.pop(old) for old in list(self._paths)[: 1 - _MOST_READY])]
            self._paths[revision] = path
        for old in filter(None, unused):
            discard(old)

    def take(self, revision: str) -> str:
        """The file, which is the caller's now; empty where there is none."""
        with self._lock:
            return self._paths.pop(revision, "")


def discard(path: str) -> None:
    """Take a staged file away that got no name; what cannot be taken away now ``git gc`` does."""
    with suppress(OSError):
        os.unlink(path)


def keeps_order(*folders: Path) -> bool:
    """True where a file system makes names durable in the order in which they were given, in whatever of the folders.

    ext3, ext4 and xfs write them through one journal: whoever finds a reference after a power cut finds the objects that
    were in their places before it. Others (btrfs, f2fs) may keep the later name alone, and where we cannot see we do not trust.
    """
    devices = {f"{os.major(device)}:{os.minor(device)}" for device in (os.stat(folder).st_dev for folder in folders)}
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    kinds = {line.partition(" - ")[2].split(" ", 1)[0] for line in mounts if line.split(" ", 3)[2] in devices}
    return len(devices) == 1 and bool(kinds) and kinds <= _ORDERED
