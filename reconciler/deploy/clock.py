"""The time of this machine."""

from __future__ import annotations

import time


class SystemClock:
    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()
