"""Packs the repository when it has many loose objects, by the ``git`` program, beside commits that go on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reconciler.errors import Retryable
from reconciler.store.program import Limits, git

LOOSE = 2_000
"""A pass makes about ten; git itself would wait for 6,700."""
PACKS = 40
TIME_S = 600.0
_KEPT = "2.weeks.ago"
_SAMPLE = "17"
"""Names are spread evenly over 256 folders, so one tells about all: the way of ``git gc --auto``."""


class GitMaintenance:
    """The ``Maintenance`` port. Objects that nothing refers to are kept for two weeks: a commit may just be on its way."""

    def __init__(self, path: Path, environ: Mapping[str, str], loose: int = LOOSE, time_s: float = TIME_S) -> None:
        self._path, self._environ, self._loose, self._time_s = path, environ, loose, time_s

    def run(self) -> bool:
        if not self._is_due():
            return False
        limits = Limits(self._time_s, self._time_s)  # it is quiet while it works
        done = git(["-C", str(self._path), "-c", "gc.autoDetach=false", "gc", "--quiet", f"--prune={_KEPT}"], self._environ, limits)
        if done.exit_code is None:
            raise Retryable(f"{self._path}: git gc was not done after {self._time_s:.0f} s and was ended; it is tried again")
        if done.exit_code != 0:
            raise Retryable(f"{self._path}: git gc failed: {(done.err.strip().splitlines() or ['it said nothing'])[-1]}")
        return True

    def _is_due(self) -> bool:
        objects = self._path / "objects"
        return _count(objects / _SAMPLE) * 256 > self._loose or _count(objects / "pack", ".pack") > PACKS


def _count(folder: Path, ending: str = "") -> int:
    try:
        return sum(entry.name.endswith(ending) for entry in folder.iterdir())
    except FileNotFoundError:
        return 0
