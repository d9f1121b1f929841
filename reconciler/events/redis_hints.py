"""Hints between processes, over one Redis stream. Without Redis they go round inside this process.

Two threads stand between Redis and those who publish and take, so that nobody who has work to do waits for a server:
one carries hints out, one brings them in. Whatever was lost while Redis was away is healed by a hint for all targets
when it is back.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from redis import Redis, RedisError
from redis.exceptions import ResponseError

from reconciler.events.local import LocalHints
from reconciler.events.reaching import cure
from reconciler.events.streams import IDLE_MS, Entry, Stream, connected
from reconciler.ports import Hint, Waiting

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 5.0
_WAIT_MS: Final = 5_000
_CLAIM_S: Final = 30.0
_ANSWER_S: Final = 2.0
"""A server that takes longer counts as away."""

_HERE: Final = "Redis: {}; hints stay in this process meanwhile, and nothing is lost"

Away = (RedisError, OSError)


class RedisHints:
    """``where`` is the server's address, None while there is none yet. Threads start with the first hint or taker."""

    def __init__(self, where: Callable[[], str | None], stream: str, consumer: str, idle_ms: int = IDLE_MS) -> None:
        self._where, self._stream, self._consumer, self._idle_ms = where, stream, consumer, idle_ms
        self._out, self._in = LocalHints(), LocalHints()
        self._held: dict[str, Hint] = {}
        self._taken: dict[str, Hint] = {}
        self._own = threading.RLock()
        self._ended = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._reader: int | None = None
        """The server's number of the connection that waits for entries."""
        self.problem = _HERE.format("not asked yet")
        """Why hints stay in this process; empty while they travel."""

    def publish(self, hint: Hint) -> None:
        self._out.publish(hint)
        self._running("carry", self._carry)

    def take(self, timeout_s: float) -> list[Hint]:
        self._running("bring", self._bring)
        hints = self._in.take(timeout_s)
        with self._own:
            taken = {entry for entry, one in self._held.items() if any(_covers(hint, one) for hint in hints)}
            self._taken |= {entry: self._held.pop(entry) for entry in taken}
        return hints

    def done(self, hints: Sequence[Hint]) -> None:
        with self._own:
            entries = [entry for entry, one in self._taken.items() if any(_covers(hint, one) for hint in hints)]
            for entry in entries:
                del self._taken[entry]
        if entries and not self.problem:
            with suppress(*Away):  # then they are delivered again: a look too many
                self._with_stream(_ANSWER_S, lambda stream: stream.finish(entries))

    def waiting(self) -> Waiting:
        return self._in.waiting()

    def close(self) -> None:
        """End the threads. What was not taken is taken by the next process, or found by its rescan."""
        self._ended.set()
        self._out.publish(Hint(None, "closing"))
        reader = self._reader
        if reader is not None:
            with suppress(*Away):
                self._with_stream(_ANSWER_S, lambda stream: stream.wake(reader))
        for thread in self._threads.values():
            thread.join(_ANSWER_S)

    # ---------------------------------------------------------------- outwards

    def _carry(self) -> None:
        """Hints that were published, into the stream; while there is none, straight to the taker."""
        client: Redis | None = None
        while hints := self._next_out():
            try:
                client = client or self._client(_ANSWER_S)
                self._at(client).add(hints)
            except Away as error:
                self._dropped(client)
                client = None
                self._note(error)
                for hint in hints:
                    self._in.publish(hint)
        self._dropped(client)

    def _next_out(self) -> list[Hint]:
        """What was published, at once; empty when it is time to end."""
        while not self._ended.is_set():
            hints = self._out.take(60.0)
            if hints and not self._ended.is_set():
                return hints
        return []

    # ---------------------------------------------------------------- inwards

    def _bring(self) -> None:
        pause, was_away = FIRST_PAUSE_S, False
        while not self._ended.is_set():
            client: Redis | None = None
            try:
                client = self._client(_WAIT_MS / 1000 + _ANSWER_S)
                stream = self._at(client)
                self._reader = stream.number()
                self._accept(self._first(stream))
                if was_away:
                    self._in.publish(Hint(None, "Redis is back"))
                pause, was_away, self.problem = FIRST_PAUSE_S, True, ""
                self._follow(stream)
            except Away as error:
                self._note(error)
            finally:
                self._reader = None
                self._dropped(client)
            was_away = True
            self._ended.wait(pause * (1 + random.random()))  # noqa: S311 - so that machines do not come back in step
            pause = min(LONGEST_PAUSE_S, pause * 2) if self._where() else FIRST_PAUSE_S  # a server that starts is awaited, not avoided

    def _first(self, stream: Stream) -> list[Entry]:
        stream.make_group()
        return stream.unfinished()

    def _follow(self, stream: Stream) -> None:
        """Until Redis goes away, or it is time to end. Claims what others left when nothing new came, and now and then."""
        claim_at = time.monotonic() + _CLAIM_S
        while not self._ended.is_set():
            try:
                found = stream.read(_WAIT_MS)
            except ResponseError as error:
                if "NOGROUP" not in str(error):
                    raise
                stream.make_group()
                self._in.publish(Hint(None, "Redis was emptied"))
                continue
            if not found or time.monotonic() > claim_at:
                found += stream.claim(self._idle_ms)
                claim_at = time.monotonic() + _CLAIM_S
            self._accept(found)

    def _accept(self, entries: Sequence[Entry]) -> None:
        with self._own:
            new = [(entry, hint) for entry, hint in entries if entry not in self._held and entry not in self._taken]
            self._held |= dict(new)
        for _, hint in new:
            self._in.publish(hint)

    # ---------------------------------------------------------------- connections

    def _running(self, name: str, work: Callable[[], None]) -> None:
        if name in self._threads:
            return
        with self._own:
            if name not in self._threads and not self._ended.is_set():
                self._threads[name] = threading.Thread(target=work, name=f"{self._stream} {name}", daemon=True)
                self._threads[name].start()

    def _client(self, timeout_s: float) -> Redis:
        url = self._where()
        if url is None:
            raise ConnectionError("the server has not started yet")
        return connected(url, timeout_s)

    def _dropped(self, client: Redis | None) -> None:
        if client is not None:
            with suppress(*Away):
                client.close()

    def _at(self, client: Redis) -> Stream:
        return Stream(client, self._stream, self._consumer)

    def _with_stream(self, timeout_s: float, work: Callable[[Stream], None]) -> None:
        client = self._client(timeout_s)
        try:
            work(self._at(client))
        finally:
            self._dropped(client)

    def _note(self, error: Exception) -> None:
        self.problem = _HERE.format(cure(error))


def _covers(hint: Hint, other: Hint) -> bool:
    """True when working on ``hint`` was working on ``other`` too."""
    return hint.work == other.work and hint.target in (None, other.target)
