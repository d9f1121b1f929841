"""The servers of `up`: a double of which each fails as often as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import pytest

from reconciler.errors import Retryable, Stalled
from reconciler.ports.servers import POSTGRESQL, REDIS, Part
from reconciler.schedule.supply import Supply

WHERE = {POSTGRESQL: "postgresql://here", REDIS: "unix:///here"}
LIMIT_S = 20.0


@dataclass
class FailingServers:
    """Each raises these, one at a start, and then works."""

    errors: dict[str, list[Exception]] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)

    def each(self) -> Mapping[str, Callable[[], str]]:
        return {name: partial(self._start, name) for name in WHERE}

    def _start(self, name: str) -> str:
        if self.errors.get(name):
            raise self.errors[name].pop(0)
        self.running.add(name)
        return WHERE[name]

    def stop(self) -> None:
        self.running.clear()

    def health(self) -> list[Part]:
        return []


def problems(supply: Supply) -> list[str]:
    return [supply.parts[name].problem for name in WHERE]


def looked(supply: Supply) -> bool:
    found = [part.look() for part in supply.parts.values()]
    return all(found)


def test_they_are_there_after_a_while_and_gone_after_the_stop() -> None:
    servers = FailingServers()
    supply = Supply(servers)
    supply.start()
    assert {name: supply.wait(name, LIMIT_S) for name in WHERE} == WHERE
    assert ({POSTGRESQL: supply.database_url, REDIS: supply.redis_url}, problems(supply)) == (WHERE, ["", ""])
    supply.stop()
    assert not servers.running


def test_before_they_answer_there_is_no_address_and_it_is_said() -> None:
    supply = Supply(FailingServers())
    assert (supply.redis_url, problems(supply)) == (None, ["it is starting", "it is starting"])


def test_what_keeps_one_from_starting_is_said_until_it_starts() -> None:
    supply = Supply(FailingServers({POSTGRESQL: [Stalled("the disk is full"), Retryable("still starting")]}))
    said = [(looked(supply), problems(supply)[0]) for _ in range(3)]
    assert said == [(False, "the disk is full"), (False, "still starting"), (True, "")]


@pytest.mark.parametrize("broken", [POSTGRESQL, REDIS])
def test_one_that_cannot_start_leaves_the_other_at_work(broken: str) -> None:
    supply = Supply(FailingServers({broken: [Stalled("its data is damaged")]}))
    assert not looked(supply)
    assert {name: part.url for name, part in supply.parts.items()} == {**WHERE, broken: None}
    assert {name: part.problem for name, part in supply.parts.items()} == {**dict.fromkeys(WHERE, ""), broken: "its data is damaged"}


@pytest.fixture
def hanging() -> Iterator[threading.Event]:
    let_go = threading.Event()
    yield let_go
    let_go.set()


def test_one_that_takes_long_to_start_holds_up_no_other(hanging: threading.Event) -> None:
    servers = FailingServers()
    supply = Supply(servers)
    supply.parts[POSTGRESQL].bring_up = lambda: WHERE[POSTGRESQL] if hanging.wait(LIMIT_S) else "nowhere"
    supply.start()
    assert (supply.wait(REDIS, LIMIT_S), supply.database_url) == (WHERE[REDIS], None)
    hanging.set()
    assert supply.wait(POSTGRESQL, LIMIT_S) == WHERE[POSTGRESQL]
    supply.stop()


def test_an_address_that_is_known_stays_known_while_they_are_mended() -> None:
    servers = FailingServers()
    supply = Supply(servers)
    looked(supply)
    servers.errors[REDIS] = [Retryable("still starting")]
    looked(supply)
    assert (supply.redis_url, problems(supply)) == (WHERE[REDIS], ["", "still starting"])
