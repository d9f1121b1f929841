"""Notices on their way out, in a thread of their own: who tells of something never waits for a network."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence

from reconciler.errors import ReconcilerError, Retryable
from reconciler.ports.notices import Notice, Notices

_MOST_WAITING, _TRIES, _LONGEST_PAUSE_S = 200, 4, 120.0
_END_S = 2.0


class Sending:
    """Each way by itself: one that is broken holds up no other. ``problem`` says what is wrong now; empty when nothing is.

    After the last try, or where too many wait, a notice is dropped: what it tells of is still shown everywhere else.
    """

    def __init__(self, ways: Sequence[Notices], pause: Callable[[float], object] | None = None) -> None:
        self._ended = threading.Event()
        self._pause = pause or self._ended.wait
        self._lines = [(way, queue.Queue[Notice | None](_MOST_WAITING)) for way in ways]
        self._threads = [threading.Thread(target=self._run, args=line, name="notices", daemon=True) for line in self._lines]
        self._problems: dict[int, str] = {}
        for thread in self._threads:
            thread.start()

    def send(self, notices: Sequence[Notice]) -> None:
        """Never waits, never fails."""
        for notice in notices:
            for way, line in self._lines:
                try:
                    line.put_nowait(notice)
                except queue.Full:
                    self._problems[id(way)] = "too many notices wait; the newest are dropped"

    @property
    def problem(self) -> str:
        return "; ".join(dict.fromkeys(self._problems.values()))

    def stop(self) -> None:
        """What waits is tried once more at most."""
        self._ended.set()
        for (_, line), thread in zip(self._lines, self._threads, strict=True):
            if not line.full():
                line.put_nowait(None)
            thread.join(_END_S)

    def _run(self, way: Notices, line: queue.Queue[Notice | None]) -> None:
        while (notice := line.get()) is not None:
            self._sent(way, notice)

    def _sent(self, way: Notices, notice: Notice) -> None:
        for attempt in range(_TRIES):
            try:
                way.send(notice)
            except Retryable as error:
                self._problems[id(way)] = str(error)
                if self._ended.is_set() or attempt == _TRIES - 1:
                    return
                self._pause(min(_LONGEST_PAUSE_S, error.after_s * 2.0**attempt))
            except ReconcilerError as error:
                self._problems[id(way)] = str(error)
                return
            except Exception as error:  # a thread that ended would tell nobody of anything any more
                self._problems[id(way)] = f"unexpected error ({type(error).__name__}); the notice was dropped"
                return
            else:
                self._problems.pop(id(way), None)
                return
