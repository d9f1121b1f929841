"""Where records are kept and searched: PostgreSQL, Loki, and the double. They answer alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reconciler.errors import Stalled
from reconciler.mirror.database import Database
from reconciler.mirror.log_records import SqlLogs
from reconciler.ports.logs import LogRecord, Logs
from reconciler.telemetry.loki import LokiLogs
from tests.fakes.clock import FakeClock
from tests.fakes.logs import MemoryLogs
from tests.fakes.loki import loki

NOW = 1_700_000_000.0
ROWS = [
    LogRecord(NOW + 1, "info", "target", "laptop-1/codex/user", "s1", {"outcome": "converged"}, "4f2c"),
    LogRecord(NOW + 2, "error", "broken", "laptop-1/qwen/user", "s2", {"why": '100% full_disk (a+b) "it"', "한": [1, True, None]}),
    LogRecord(NOW + 3, "info", "request", "", "", {"route": "/api/v1/logs"}),
]
LOOK = LogRecord(NOW + 4, "debug", "look", "", "", {"route": "/api/v1/sync/status"})


@pytest.fixture(params=["memory", "postgres", "loki"])
def logs(request: pytest.FixtureRequest) -> Iterator[Logs]:
    if request.param == "loki":
        with loki(now_ns=int(NOW) * 10**9) as server:
            yield LokiLogs(server.address, "laptop-1", FakeClock(NOW + 10))
    else:
        yield MemoryLogs() if request.param == "memory" else SqlLogs(request.getfixturevalue("database"))


@pytest.mark.parametrize(
    ("asked", "events"),
    [
        ({}, ["request", "broken", "target"]),
        ({"level": "error"}, ["broken"]),
        ({"client": "codex"}, ["target"]),
        ({"target": "laptop-1/qwen/user"}, ["broken"]),
        ({"session": "s1"}, ["target"]),
        ({"session": "s1", "text": "verged"}, ["target"]),
        ({"text": "FULL_disk"}, ["broken"]),
        ({"text": "100%"}, ["broken"]),
        ({"text": "(a+b)"}, ["broken"]),
        ({"text": "a.b"}, []),
        ({"text": "한"}, ["broken"]),
        ({"text": "QWEN/user"}, ["broken"]),
        ({"text": '"} or {x="'}, []),
        ({"target": '"} or {x="'}, []),
        ({"level": "info", "text": "TARGET"}, ["target"]),
        ({"since": str(NOW + 2), "until": str(NOW + 3)}, ["broken"]),
        ({"until": str(NOW + 1)}, []),
        ({"since": "1e10"}, []),
    ],
)
def test_the_log_is_searched(logs: Logs, asked: dict[str, str], events: list[str]) -> None:
    logs.add(ROWS)
    found, total = logs.search(asked, 10, 0)
    assert ([r.event for r in found], total) == (events, len(events))


@pytest.mark.parametrize(("asked", "events"), [({}, ["target"]), ({"level": "debug"}, ["look"]), ({"text": "api"}, []), ({"level": "debug", "text": "api"}, ["look"])])
def test_details_are_found_by_their_level_alone(logs: Logs, asked: dict[str, str], events: list[str]) -> None:
    logs.add([ROWS[0], LOOK])
    found, total = logs.search(asked, 10, 0)
    assert ([r.event for r in found], total) == (events, len(events))


def test_what_is_found_is_what_was_kept(logs: Logs) -> None:
    logs.add(ROWS)
    assert logs.search({}, 10, 0)[0] == ROWS[::-1]


def test_it_comes_in_parts_with_the_whole_count(logs: Logs) -> None:
    logs.add(ROWS)
    found, total = logs.search({}, 1, 1)
    assert ([r.event for r in found], total) == (["broken"], 3)


def test_records_of_one_moment_are_all_kept(logs: Logs) -> None:
    logs.add([ROWS[0]] * 3)
    assert logs.search({}, 10, 0)[1] == 3


def test_no_record_is_no_record(logs: Logs) -> None:
    logs.add([])
    assert logs.search({}, 10, 0) == ([], 0)


def test_old_records_are_let_go(database: Database) -> None:
    logs = SqlLogs(database)
    logs.add(ROWS)
    logs.forget_old(NOW + 2)
    assert [r.event for r in logs.search({}, 10, 0)[0]] == ["request", "broken"]


def test_more_than_loki_gives_is_asked_for_otherwise() -> None:
    with pytest.raises(Stalled, match="Loki gives the newest 5000 only"):
        LokiLogs("http://127.0.0.1:9", "laptop-1", FakeClock()).search({}, 500, 4800)
