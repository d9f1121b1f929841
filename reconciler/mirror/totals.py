"""How many rows a search has, without counting what need not be counted: a large total may be a few seconds old."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_LARGE, _KEPT_S, _MOST_KEPT = 1_000, 5.0, 200


@dataclass
class Totals:
    """Counting 100,000 rows takes as long as ten pages of them, and nobody reads the last digits."""

    spent: Callable[[], float] = time.monotonic
    _kept: dict[tuple[tuple[str, str], ...], tuple[float, int]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, filters: Mapping[str, str], limit: int, offset: int, shown: int, count: Callable[[], int]) -> int:
        """``shown`` rows are on this page: a page that is not full is the last, and says how many there are."""
        if shown < limit and (shown or not offset):
            return offset + shown
        key, now = tuple(sorted(filters.items())), self.spent()
        with self._lock:
            at, total = self._kept.get(key, (0.0, 0))
        if total > _LARGE and now - at < _KEPT_S:
            return total
        total = count()
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = now, total
            while len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return total
