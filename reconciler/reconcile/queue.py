"""Which targets are looked at next: those that hints named, and those that failed and are due again.

Pauses grow outside of the passes, each target for itself: one that fails never delays another. What hints name is
looked at at once, however often it has failed before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from reconciler.model.names import TargetId
from reconciler.ports import Stopwatch

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 60.0


@dataclass(frozen=True)
class _Failure:
    count: int
    due_at: float


@dataclass
class Queue:
    """``chance`` returns a number from 0 to 1 and spreads the pauses. None as a target stands for all of them."""

    stopwatch: Stopwatch
    chance: Callable[[], float]
    longest_s: float = LONGEST_PAUSE_S
    _dirty: dict[TargetId | None, None] = field(default_factory=dict)
    _failures: dict[TargetId | None, _Failure] = field(default_factory=dict)

    def add(self, targets: Iterable[TargetId | None]) -> None:
        """A hint came. One that names a target is news of it: if it failed, its pauses start anew. One for all is none."""
        for target in targets:
            self._dirty[target] = None
            if target is not None:
                self._failures.pop(target, None)

    def take(self) -> set[TargetId | None]:
        """What is to be looked at now; nothing of it is in the queue any more. Failures keep their count."""
        now = self.stopwatch.elapsed()
        taken = {*self._dirty, *(one for one, failure in self._failures.items() if failure.due_at <= now)}
        self._dirty = {}
        return taken

    def failed(self, target: TargetId | None) -> None:
        """Look at it again after a pause that doubles each time."""
        count = self._failures[target].count + 1 if target in self._failures else 0
        pause = min(self.longest_s, FIRST_PAUSE_S * 2.0 ** min(count, 30))
        self._failures[target] = _Failure(count, self.stopwatch.elapsed() + pause * (0.75 + self.chance() / 2))

    def succeeded(self, target: TargetId | None) -> None:
        self._failures.pop(target, None)

    def failures(self, target: TargetId | None) -> int:
        """How often it has failed since it last succeeded, or since there was news of it."""
        failure = self._failures.get(target)
        return failure.count + 1 if failure else 0

    def wait_s(self) -> float | None:
        """Seconds until something is due; None when only a hint can start work."""
        if self._dirty:
            return 0.0
        due = min((failure.due_at for failure in self._failures.values()), default=None)
        return None if due is None else max(0.0, due - self.stopwatch.elapsed())
