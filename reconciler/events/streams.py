"""One Redis stream of hints, read by a consumer group: entries in, entries out, what nobody finished claimed again.

Every call may raise ``redis.RedisError``; the one who calls decides what happens then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.retry import Retry

from reconciler.model.names import TargetId
from reconciler.ports import Hint

GROUP: Final = "reconciler"
MOST_ENTRIES = 10_000
"""A stream that nobody reads is cut there. What is cut off, the rescan finds."""
MOST_DEAD = 1_000
DELIVERIES = 5
IDLE_MS = 60_000
"""So long is a consumer believed to be at work on what it took."""
_AT_ONCE = 100

Entry = tuple[str, Hint]


class NoAddress(RedisError):
    """What was given for an address is none."""


def connected(url: str, timeout_s: float) -> Redis:
    """A client that gives up after the timeout and never tries again by itself: hints cannot wait, and need not."""
    try:
        return Redis.from_url(
            url,
            decode_responses=True,
            protocol=2,
            socket_timeout=timeout_s,
            socket_connect_timeout=min(timeout_s, 2.0),
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
        )
    except ValueError:
        raise NoAddress("expected redis://, rediss:// or unix://") from None  # the library's own words repeat the address


class Stream:
    """``consumer`` is this process within the group; a name that lasts gets its unfinished entries back after a restart."""

    def __init__(self, redis: Redis, name: str, consumer: str) -> None:
        self._redis: Any = redis  # its methods are typed for both of its worlds, the waiting and the asynchronous
        self.name, self.consumer = name, consumer

    @property
    def dead(self) -> str:
        return f"{self.name}:dead"

    def add(self, hints: Iterable[Hint]) -> None:
        pipe = self._redis.pipeline(transaction=False)
        for hint in hints:
            pipe.xadd(self.name, _fields(hint), maxlen=MOST_ENTRIES, approximate=True)
        pipe.execute()

    def make_group(self) -> bool:
        """True when the group was not there: the stream is new, or somebody has flushed everything."""
        try:
            self._redis.xgroup_create(self.name, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
            return False
        return True

    def read(self, wait_ms: int) -> list[Entry]:
        """New entries; waits for one. Raises ``ResponseError`` with NOGROUP after a flush."""
        return self._entries(self._redis.xreadgroup(GROUP, self.consumer, {self.name: ">"}, count=_AT_ONCE, block=wait_ms))

    def unfinished(self) -> list[Entry]:
        """What this consumer took before and never finished: its process was killed."""
        self._bury()
        return self._entries(self._redis.xreadgroup(GROUP, self.consumer, {self.name: "0"}, count=_AT_ONCE))

    def claim(self, idle_ms: int = IDLE_MS) -> list[Entry]:
        """What other consumers took so long ago that they must be gone."""
        self._bury(idle_ms)
        found = self._redis.xautoclaim(self.name, GROUP, self.consumer, idle_ms, count=_AT_ONCE)
        return [(entry, _hint(fields)) for entry, fields in found[1] if fields]

    def finish(self, entries: Sequence[str]) -> None:
        """Worked on: never delivered again, and no longer kept."""
        if entries:
            pipe = self._redis.pipeline(transaction=False)
            pipe.xack(self.name, GROUP, *entries)
            pipe.xdel(self.name, *entries)
            pipe.execute()

    def number(self) -> int:
        """The server's number of this connection."""
        return int(self._redis.client_id())

    def wake(self, number: int) -> None:
        """End another connection's waiting, as if its time had passed."""
        self._redis.client_unblock(number)

    def _bury(self, idle_ms: int = 0) -> None:
        """Move entries that were delivered too often to the dead letters: working on them may be what kills."""
        pending = self._redis.xpending_range(self.name, GROUP, "-", "+", _AT_ONCE, idle=idle_ms)
        for one in pending:
            if one["times_delivered"] >= DELIVERIES and (idle_ms or one["consumer"] == self.consumer):
                entry = one["message_id"]
                for _, fields in self._redis.xrange(self.name, entry, entry):
                    self._redis.xadd(self.dead, {**fields, "entry": entry}, maxlen=MOST_DEAD, approximate=True)
                self.finish([entry])

    def _entries(self, found: Any) -> list[Entry]:
        return [(entry, _hint(fields)) for _, entries in found or () for entry, fields in entries if fields]


def _fields(hint: Hint) -> dict[str, str]:
    return {"target": hint.target or "", "reason": hint.reason, "work": hint.work, "at": repr(hint.at)}


def _hint(fields: dict[str, str]) -> Hint:
    """An entry that another version wrote means at least: look."""
    known = Hint(TargetId(fields["target"]) if fields.get("target") else None, fields.get("reason", ""), at=_time(fields.get("at", "")))
    return replace(known, work=fields["work"]) if fields.get("work") else known


def _time(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
