"""What every stream of what happens keeps: nothing is missed between two looks, and a lost place is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

import pytest

from reconciler.deploy.clock import SystemClock
from reconciler.errors import Stalled
from reconciler.events import redis_live
from reconciler.events.local_live import LocalLive
from reconciler.events.redis_live import RedisLive
from reconciler.ports.live import Live, LiveEvent

_numbers = count()
LIMIT_S = 20.0


@pytest.fixture(params=["local", "redis"])
def live(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    if request.param == "local":
        yield LocalLive(SystemClock(), most_kept=5)
        return
    monkeypatch.setattr(redis_live, "MOST_KEPT", 5)
    url = request.getfixturevalue("shared_url")
    one = RedisLive(lambda: url, SystemClock(), f"live:test-{os.getpid()}-{next(_numbers)}")
    yield one
    one.close()


def published(live: Live, *numbers: int, after: str = "0-0") -> list[LiveEvent]:
    """Publish, and wait until all have come."""
    for number in numbers:
        live.publish("target", {"number": number})
    found: list[LiveEvent] = []
    while len(found) < len(numbers):
        came = live.after(found[-1].cursor if found else after, 100, LIMIT_S)
        assert came, "an event was lost"
        found += came
    return found


def numbers(events: list[LiveEvent]) -> list[int]:
    return [e.payload["number"] for e in events]


def test_events_come_in_order_and_once(live: Live) -> None:
    assert numbers(published(live, 1, 2, 3)) == [1, 2, 3]


def test_a_cursor_goes_on_where_it_was(live: Live) -> None:
    first = published(live, 1, 2)
    assert numbers(published(live, 3, after=first[-1].cursor)) == [3]
    assert numbers(live.after(first[0].cursor, 1, 0)) == [2]


def test_the_newest_come_first_when_asked_for(live: Live) -> None:
    published(live, 1, 2, 3)
    assert numbers(live.latest(2)) == [3, 2]


def test_a_place_that_is_kept_no_more_is_told(live: Live) -> None:
    first = published(live, 1)[0].cursor
    later = published(live, 2, 3, 4, 5, after=first)
    assert live.keeps(first)
    last = published(live, 6, 7, 8, after=later[-1].cursor)[-1].cursor
    assert not live.keeps(first)
    assert live.keeps(last)


def test_a_place_in_another_stream_is_told(live: Live) -> None:
    published(live, 1)
    assert not live.keeps("99999999999999-0")


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-x", "-1-1", "１-1", "1-1" * 30])
def test_what_is_no_cursor_is_told(live: Live, cursor: str) -> None:
    with pytest.raises(Stalled):
        live.after(cursor, 1, 0)


def test_without_a_server_nobody_who_publishes_waits_or_fails() -> None:
    one = RedisLive(lambda: None, SystemClock())
    one.publish("target", {})
    assert one.latest(5) == []
    one.close()
    assert one.dropped == 1
