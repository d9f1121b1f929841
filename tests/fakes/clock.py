"""A clock that stands still until it is moved; a stopwatch too."""

from __future__ import annotations


class FakeClock:
    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._now = self._elapsed = now

    def now(self) -> float:
        return self._now

    def elapsed(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        self._now += seconds
        self._elapsed += seconds

    def set_back(self, seconds: float) -> None:
        """Somebody sets the time; no less of it has passed."""
        self._now -= seconds
