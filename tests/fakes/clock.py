"""A clock that stands still until it is moved; a stopwatch too."""

from __future__ import annotations


class FakeClock:
    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def elapsed(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds
