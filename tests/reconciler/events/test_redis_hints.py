"""Hints over a real server that is killed, emptied and frozen; and between processes that end without a word."""

from __future__ import annotations

import pytest
from redis import Redis

from reconciler.events.redis_hints import RedisHints
from reconciler.events.streams import DELIVERIES, GROUP, MOST_ENTRIES, Stream
from reconciler.model.names import TargetId
from reconciler.ports import Hint
from tests.reconciler.events.conftest import MakeHints
from tests.reconciler.events.test_hints_contract import CLAUDE, CODEX, LIMIT_S, targets, until
from tests.reconciler.events.valkey import Valkey


def in_redis(server: Valkey, stream: str) -> int:
    with server.client() as client:
        return int(client.xlen(stream))  # type: ignore[arg-type]  # not an awaitable: this client waits


def test_what_is_no_address_costs_no_hint_and_is_told_without_it(redis_hints: MakeHints) -> None:
    hints = redis_hints("http://:hush@redis.example")
    hints.publish(Hint(CLAUDE, "saved"))
    assert hints.take(LIMIT_S) == [Hint(CLAUDE, "saved")]
    assert "expected redis://:password@host:6379/0; mend RECONCILER_REDIS_URL" in hints.problem
    assert "hush" not in hints.problem


def test_another_process_takes_what_one_publishes(server: Valkey, redis_hints: MakeHints) -> None:
    redis_hints(server.url, "one").publish(Hint(CLAUDE, "saved"))
    assert redis_hints(server.url, "two").take(LIMIT_S) == [Hint(CLAUDE, "saved")]


def test_one_of_two_takers_gets_each_hint(server: Valkey, redis_hints: MakeHints) -> None:
    takers = [redis_hints(server.url, name) for name in ("one", "two")]
    names = [TargetId(f"laptop-{number}/claude/user") for number in range(50)]
    for name in names:
        takers[0].publish(Hint(name))
    seen: list[TargetId | None] = []
    while len(seen) < len(names):
        for taker in takers:
            seen += [hint.target for hint in taker.take(0.01)]
    assert sorted(map(str, seen)) == sorted(names)


def test_what_is_done_is_gone_from_redis(server: Valkey, stream: str, redis_hints: MakeHints) -> None:
    hints = redis_hints(server.url)
    hints.publish(Hint(CLAUDE))
    hints.done(hints.take(LIMIT_S))
    assert in_redis(server, stream) == 0


def test_what_a_killed_process_had_taken_comes_back_when_it_starts_again(server: Valkey, redis_hints: MakeHints) -> None:
    killed = redis_hints(server.url, "up")
    killed.publish(Hint(CLAUDE))
    assert killed.take(LIMIT_S)
    assert targets(redis_hints(server.url, "up").take(LIMIT_S)) == {CLAUDE}


def test_what_a_dead_worker_had_taken_is_claimed_by_another(server: Valkey, stream: str, redis_hints: MakeHints) -> None:
    dead = redis_hints(server.url, "worker-1")
    dead.publish(Hint(CLAUDE))
    assert dead.take(LIMIT_S)
    with server.client() as client:
        assert [hint.target for _, hint in Stream(client, stream, "worker-2").claim(idle_ms=0)] == [CLAUDE]


def test_what_one_is_at_work_on_is_not_claimed_by_itself(server: Valkey, redis_hints: MakeHints) -> None:
    hints = redis_hints(server.url, "up", idle_ms=1)
    hints.publish(Hint(CLAUDE))
    assert hints.take(LIMIT_S)
    hints.publish(Hint(CODEX))
    assert targets(hints.take(LIMIT_S)) == {CODEX}


@pytest.fixture
def client(server: Valkey) -> Redis:
    return server.client()


def test_what_kills_its_worker_again_and_again_becomes_a_dead_letter(client: Redis, stream: str) -> None:
    with client:
        one = Stream(client, stream, "up")
        one.make_group()
        one.add([Hint(CLAUDE, "poison")])
        assert one.read(1000)
        lives = 1
        while one.unfinished():  # each look is a process that died of it
            lives += 1
        dead = client.xrange(one.dead)
        assert lives == DELIVERIES
        assert [fields["reason"] for _, fields in dead] == ["poison"]  # type: ignore[union-attr]  # not an awaitable
        assert client.xpending(stream, GROUP)["pending"] == 0  # type: ignore[index]


def test_a_stream_that_nobody_reads_is_bounded(client: Redis, stream: str) -> None:
    with client:
        Stream(client, stream, "up").add(Hint(CLAUDE, str(number)) for number in range(MOST_ENTRIES + 2000))
        assert MOST_ENTRIES <= int(client.xlen(stream)) < MOST_ENTRIES + 1000  # type: ignore[arg-type]


def test_after_a_flush_the_group_is_made_again_and_all_is_looked_at(server: Valkey, redis_hints: MakeHints) -> None:
    hints = redis_hints(server.url)
    hints.publish(Hint(CLAUDE))
    until(hints, CLAUDE)
    with server.client() as client:
        client.flushall()
    until(hints, None)
    hints.publish(Hint(CODEX))
    until(hints, CODEX)


def test_before_they_travel_it_is_said_that_they_do_not(server: Valkey, redis_hints: MakeHints) -> None:
    assert "nothing is lost" in redis_hints(server.url).problem


def test_without_redis_hints_stay_here_and_it_is_said(server: Valkey, redis_hints: MakeHints) -> None:
    hints = redis_hints(server.url)
    hints.publish(Hint(CLAUDE))
    until(hints, CLAUDE)
    server.kill()
    hints.publish(Hint(CODEX))
    until(hints, CODEX)
    assert "nothing is lost" in hints.problem


def test_when_redis_is_back_all_is_looked_at(server: Valkey, redis_hints: MakeHints) -> None:
    hints = redis_hints(server.url)
    hints.publish(Hint(CLAUDE))
    until(hints, CLAUDE)
    server.kill()
    server.start()
    until(hints, None)
    assert hints.problem == ""


def test_a_server_that_hangs_holds_up_nobody_who_publishes(server: Valkey, redis_hints: MakeHints) -> None:
    hints = redis_hints(server.url)
    hints.publish(Hint(CLAUDE))
    until(hints, CLAUDE)
    server.freeze()
    for _ in range(1000):
        hints.publish(Hint(CODEX))
    until(hints, CODEX)
    server.thaw()


def test_no_address_with_its_password_is_told(redis_hints: MakeHints) -> None:
    hints: RedisHints = redis_hints("redis://user:hushhush@127.0.0.1:1/0")
    hints.publish(Hint(CLAUDE))
    until(hints, CLAUDE)
    assert "hush" not in hints.problem
