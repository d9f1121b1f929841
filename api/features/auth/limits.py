"""Slows down who guesses passwords: by name and by address, with a lock-out that grows."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from api.errors import TooMany
from reconciler.ports import Stopwatch

_FREE_BY_NAME, _FREE_BY_ADDRESS = 5, 20
_FIRST_S, _MOST_S, _FORGET_S = 30.0, 900.0, 3600.0
_MOST_KEPT = 10_000


@dataclass
class _Failures:
    count: int = 0
    last: float = 0.0


@dataclass
class Limits:
    """Kept in this process: a restart forgives, which costs a guesser more than it brings."""

    stopwatch: Stopwatch
    _kept: dict[str, _Failures] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, username: str, address: str) -> None:
        """Raises ``TooMany`` while the name or the address is locked out; a right password does not help then."""
        now = self.stopwatch.elapsed()
        with self._lock:
            wait = max(self._wait(key, free, now) for key, free in _keys(username, address))
        if wait > 0:
            raise TooMany(f"too many failed attempts; try again in {round(wait) + 1} s", Retry_After=str(round(wait) + 1))

    def _wait(self, key: str, free: int, now: float) -> float:
        seen = self._kept.get(key)
        if seen is None or seen.count < free:
            return 0.0
        wait: float = seen.last + min(_MOST_S, _FIRST_S * 2.0 ** min(seen.count - free, 10)) - now
        return wait

    def failed(self, username: str, address: str) -> None:
        now = self.stopwatch.elapsed()
        with self._lock:
            for key, _ in _keys(username, address):
                seen = self._kept.pop(key, _Failures())
                count = seen.count if now - seen.last < _FORGET_S else 0
                self._kept[key] = _Failures(count + 1, now)  # last: the oldest go first
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]

    def succeeded(self, username: str) -> None:
        """The name is forgiven; the address is not, else one known password would buy guesses at others."""
        with self._lock:
            self._kept.pop(f"name {username.lower()}", None)


def _keys(username: str, address: str) -> list[tuple[str, int]]:
    return [(f"name {username.lower()}", _FREE_BY_NAME), (f"address {address}", _FREE_BY_ADDRESS)]
