"""A home with a real disk on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reconciler.deploy.disk import LocalDisk
from reconciler.deploy.reading import digest_of
from reconciler.deploy.rename import Swap, swap
from reconciler.model.names import AbsPath, RelPath, TargetId
from reconciler.ports import Found, Write
from tests.fakes.clock import FakeClock

TARGET = TargetId("laptop-1/claude/user")


@dataclass
class Home:
    """A folder of a user, the disk for it, and the backups beside it."""

    path: Path
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def backups(self) -> Path:
        return self.path.parent / "backups"

    @property
    def root(self) -> AbsPath:
        return AbsPath(str(self.path))

    def disk(self, *, swap: Swap = swap, also_allowed: tuple[Path, ...] = ()) -> LocalDisk:
        return LocalDisk(self.backups, self.clock, [AbsPath(str(path)) for path in also_allowed], swap)

    def look(self, path: str) -> Found:
        return self.disk().look(self.root, RelPath(path))

    def apply(self, *writes: Write, swap: Swap = swap) -> None:
        self.disk(swap=swap).apply(TARGET, self.root, writes)

    def files(self) -> set[str]:
        """All names below the home but those of folders."""
        return {os.path.relpath(f"{folder}/{name}", self.path) for folder, _, names in os.walk(self.path) for name in names}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    path = tmp_path / "home"
    path.mkdir()
    return Home(path)


def write(path: str, data: bytes | None, expected: bytes | None, mode: int = 0o600) -> Write:
    return Write(RelPath(path), data, None if expected is None else digest_of(expected), mode)


def swap_with(before: Callable[[], object] | None = None, after: Callable[[], object] | None = None, exchange: Swap = swap) -> Swap:
    """A swap in whose way a client comes, the first time that it is called."""
    waiting = {"before": before, "after": after}

    def come(moment: str) -> None:
        client = waiting.pop(moment, None)
        if client is not None:
            client()

    def racing(folder: int, staged: str, name: str) -> None:
        come("before")
        exchange(folder, staged, name)
        come("after")

    return racing
