"""Records on their way to where they are kept: in batches, tried again while that is away, never waited for."""

from __future__ import annotations

import threading
from collections import deque

from reconciler.errors import ReconcilerError, Retryable
from reconciler.ports.logs import LogRecord, Logs
from reconciler.ports.measures import Measures

MOST_WAITING, AT_ONCE = 10_000, 500
_GATHER_S = 1.0
"""So long records are gathered: fewer and larger batches."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _END_S = 1.0, 60.0, 2.0


class Carrying:
    """An ``Outlet`` to a ``Logs``. What comes while too many wait is dropped and counted; ``problem`` says what is wrong there."""

    def __init__(self, name: str, logs: Logs, measures: Measures) -> None:
        self._name, self._logs, self._measures = name, logs, measures
        self._waiting: deque[LogRecord] = deque()
        self._came, self._ended = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self.problem = ""

    def take(self, record: LogRecord) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._measures.dropped(self._name, 1)
            return
        self._waiting.append(record)
        self._came.set()
        if self._thread is None and not self._ended.is_set():
            self._thread = threading.Thread(target=self._run, name=f"log to {self._name}", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._came.set()
        if self._thread is not None:
            self._thread.join(_END_S)

    def _run(self) -> None:
        pause, is_last = _GATHER_S, False
        while not is_last:
            self._came.wait()
            is_last = self._ended.wait(pause)
            self._came.clear()
            after_s = self._carry()
            pause = _GATHER_S if after_s is None else min(_LONGEST_PAUSE_S, max(after_s, _FIRST_PAUSE_S, pause * 2))
        self._measures.dropped(self._name, len(self._waiting))

    def _carry(self) -> float | None:
        """All that waits, batch by batch; the least pause before it is tried again, None when there is nothing to try again."""
        while batch := [self._waiting[i] for i in range(min(AT_ONCE, len(self._waiting)))]:
            try:
                self._logs.add(batch)
                self.problem = ""
            except Retryable as error:
                self.problem = str(error)
                self._came.set()
                return error.after_s
            except Exception as error:  # it will never take these, be it by a bug; the next it may, and this must go on
                self.problem = str(error) if isinstance(error, ReconcilerError) else f"unexpected error ({type(error).__name__})"
                self._measures.dropped(self._name, len(batch))
            for _ in batch:
                self._waiting.popleft()
        return None
