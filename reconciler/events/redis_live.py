"""What happens, over one Redis stream, so that every process on it hears of it. Without Redis it goes round in this one.

A thread carries events out: who publishes never waits for a server.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from redis import RedisError

from reconciler.errors import Retryable
from reconciler.events.streams import connected
from reconciler.ports import Clock
from reconciler.ports.live import LiveEvent, order_of

MOST_KEPT: Final = 10_000
_MOST_WAITING: Final = 10_000
_ANSWER_S: Final = 2.0
_LONGEST_PAUSE_S: Final = 5.0
Away = (RedisError, OSError)


class RedisLive:
    """``where`` is the server's address, None while there is none. ``dropped`` counts events that nobody could be told."""

    def __init__(self, where: Callable[[], str | None], clock: Clock, stream: str = "live") -> None:
        self._where, self._clock, self._stream = where, clock, stream
        self._out: queue.Queue[tuple[str, str, float]] = queue.Queue(_MOST_WAITING)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._own = threading.Lock()
        self._client: tuple[str, Any] | None = None
        self.dropped = 0

    def publish(self, kind: str, payload: Mapping[str, Any]) -> None:
        try:
            self._out.put_nowait((kind, json.dumps(payload), self._clock.now()))
        except queue.Full:
            self.dropped += 1
        self._start()

    def after(self, cursor: str, limit: int, wait_s: float) -> list[LiveEvent]:
        order_of(cursor)
        found = self._ask(lambda redis: redis.xread({self._stream: cursor}, count=limit, block=max(1, round(wait_s * 1000))), wait_s)
        return [_event(entry, fields) for _, entries in found or () for entry, fields in entries]

    def latest(self, limit: int) -> list[LiveEvent]:
        try:
            return [_event(entry, fields) for entry, fields in self._ask(lambda redis: redis.xrevrange(self._stream, count=limit))]
        except Retryable:
            return []

    def keeps(self, cursor: str) -> bool:
        """By the stream's own count: it says which the last entry was that is kept no more."""
        at = order_of(cursor)
        if not self._ask(lambda redis: redis.exists(self._stream)):
            return at == (0, 0)
        about = self._ask(lambda redis: redis.xinfo_stream(self._stream))
        first, last = about["first-entry"], about["last-generated-id"]
        gone = about["length"] < about.get("entries-added", about["length"])
        return at <= order_of(last) and (not gone or (first is not None and at >= order_of(first[0])))

    def close(self) -> None:
        """Carry out what waits, for a moment, and end."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(_ANSWER_S)

    # ---------------------------------------------------------------- the connection

    def _ask(self, work: Callable[[Any], Any], wait_s: float = 0.0) -> Any:
        """With a connection of its own where it may wait, so that one reader never holds up another."""
        try:
            redis = self._connected(wait_s)
            try:
                return work(redis)
            finally:
                if wait_s:
                    redis.close()
        except Away as error:
            raise Retryable(f"Redis does not answer ({type(error).__name__}); nothing is lost", after_s=2.0) from error

    def _connected(self, wait_s: float) -> Any:
        url = self._where()
        if url is None:
            raise ConnectionError("the server has not started yet")
        if wait_s:
            return connected(url, wait_s + _ANSWER_S)
        with self._own:
            if self._client is None or self._client[0] != url:
                self._client = (url, connected(url, _ANSWER_S))
            return self._client[1]

    def _start(self) -> None:
        with self._own:
            if self._thread is None and not self._ended.is_set():
                self._thread = threading.Thread(target=self._carry, name="live", daemon=True)
                self._thread.start()

    def _carry(self) -> None:
        pause = 0.0
        while not (self._ended.is_set() and (self._out.empty() or pause)):
            try:
                kind, payload, at = self._out.get(timeout=0.2)
            except queue.Empty:
                continue
            pause = 0.0 if self._carried(kind, payload, at) else min(_LONGEST_PAUSE_S, max(0.2, pause * 2))
            self._ended.wait(pause)

    def _carried(self, kind: str, payload: str, at: float) -> bool:
        fields = {"kind": kind, "payload": payload, "at": repr(at)}
        try:
            self._ask(lambda redis: redis.xadd(self._stream, fields, maxlen=MOST_KEPT, approximate=False))
        except Retryable:
            self.dropped += 1  # a reader looks at everything again when it comes back: an old event would tell it nothing
            return False
        return True


def _event(entry: str, fields: Mapping[str, str]) -> LiveEvent:
    return LiveEvent(entry, fields.get("kind", ""), json.loads(fields.get("payload", "{}")), float(fields.get("at", "0")))


