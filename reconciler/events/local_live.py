"""What happens in this process, for who watches. Keeps the newest events; an older cursor must look at everything again."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

from reconciler.ports import Clock
from reconciler.ports.live import LiveEvent, order_of

MOST_KEPT = 10_000


class LocalLive:
    """Cursors begin with when the process did, so that one of an earlier process is never taken for one of this."""

    def __init__(self, clock: Clock, most_kept: int = MOST_KEPT) -> None:
        self._clock = clock
        self._began = round(clock.now() * 1000)
        self._count = 0
        self._came = threading.Condition()
        self.rows: deque[LiveEvent] = deque(maxlen=most_kept)

    def publish(self, kind: str, payload: Mapping[str, Any]) -> None:
        with self._came:
            self._count += 1
            self.rows.append(LiveEvent(f"{self._began}-{self._count}", kind, dict(payload), self._clock.now()))
            self._came.notify_all()

    def after(self, cursor: str, limit: int, wait_s: float) -> list[LiveEvent]:
        at = order_of(cursor)
        with self._came:
            self._came.wait_for(lambda: bool(self.rows) and order_of(self.rows[-1].cursor) > at, wait_s)
            newer = []
            for event in reversed(self.rows):
                if order_of(event.cursor) <= at:
                    break
                newer.append(event)
            return newer[::-1][:limit]

    def latest(self, limit: int) -> list[LiveEvent]:
        with self._came:
            return list(self.rows)[::-1][:limit]

    def keeps(self, cursor: str) -> bool:
        began, number = order_of(cursor)
        with self._came:
            first = order_of(self.rows[0].cursor)[1] if self.rows else self._count + 1
            return (began == self._began and number + 1 >= first) or (cursor == "0-0" and first == 1)
