"""Who is waited for goes first: what nobody waits for stands back while a pass is at work.

All threads of a process share one interpreter, which gives each its turn: beside the work of the mirror a pass takes twice as long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_S = 5.0


class Pace:
    """``busy`` is for who is waited for; the others call ``rest`` between their steps, and hold no lock that a pass may want."""

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._lock, self._count = threading.Lock(), 0
        self._free = threading.Event()
        self._free.set()

    @contextmanager
    def busy(self) -> Iterator[None]:
        self._changed(+1)
        try:
            yield
        finally:
            self._changed(-1)

    def rest(self) -> None:
        """Return once nobody is busy. A long pass keeps others back once, for so long: then they go on beside it."""
        if not self._free.wait(self._longest_s):
            self._free.set()

    def _changed(self, by: int) -> None:
        with self._lock:
            self._count += by
            if self._count == 0:
                self._free.set()
            elif by > 0:
                self._free.clear()
