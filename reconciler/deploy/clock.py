"""The time of this machine."""

from __future__ import annotations

import time


class SystemClock:
    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()


class SystemStopwatch:
    def elapsed(self) -> float:
        """Seconds since this machine started, its sleep with it on Linux: what was due meanwhile is due when it wakes."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
