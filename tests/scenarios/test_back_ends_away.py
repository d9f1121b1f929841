"""No pass waits for PostgreSQL, Redis, Loki or the server of errors, however they are away. The counter does count."""

from __future__ import annotations

import io
import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from bench.waiting import Waits, away, passes, silent_server
from reconciler.telemetry.event_log import QueuedLog
from tests.fakes.clock import FakeClock
from tests.fakes.measures import MemoryMeasures
from tests.scenarios.command_line import CommandLine

PASSES = 3


@contextmanager
def refusing() -> Iterator[str]:
    yield "127.0.0.1:9"


@pytest.mark.parametrize("server", [pytest.param(silent_server, id="silent", marks=pytest.mark.long), pytest.param(refusing, id="refusing")])
def test_no_pass_waits_for_a_back_end_that_is_away(adopted: CommandLine, server: Callable[[], object]) -> None:
    place, out = adopted.path(".qwen/settings.json"), io.StringIO()

    def edit(turn: int) -> None:
        value = json.loads(place.read_text())
        value["mcpServers"]["fresh"] = {"command": "example-mcp-server", "args": [f"--turn-{turn}"]}
        place.write_text(json.dumps(value))

    environ = {"HOME": str(adopted.home), "RECONCILER_HOME": str(adopted.state), "PATH": "/usr/bin:/bin"}
    with server() as address:  # type: ignore[attr-defined]
        done = passes({**environ, **away(address)}, edit, PASSES, out)
    events = [json.loads(line)["event"] for line in out.getvalue().splitlines()]
    assert len(done.took_ms) >= PASSES
    assert {"target", "fault"} <= set(events)
    assert b"--turn-" in adopted.path(".codex/config.toml").read_bytes()
    assert list(done.waits) == []


def waited(work: Callable[[], object]) -> int:
    waits = Waits()
    with waits.counted():
        work()
    return len(waits.calls)


def connected() -> None:
    with silent_server() as place, socket.create_connection(("127.0.0.1", int(place.split(":")[1]))) as made:
        made.sendall(b"x")


def patient() -> None:
    with suppress(queue.Empty):
        queue.Queue().get(timeout=0.001)


def test_the_counter_sees_sockets_sleeps_and_full_queues() -> None:
    assert waited(connected) >= 3
    assert waited(lambda: time.sleep(0)) == 1
    assert waited(patient) == 1
    log = QueuedLog([], lambda _: (), FakeClock(), MemoryMeasures())
    log.write("info", "started", {})
    assert waited(log.close) >= 1


def test_the_counter_sees_nothing_where_nobody_waits() -> None:
    log = QueuedLog([], lambda _: (), FakeClock(), MemoryMeasures())
    log.write("info", "started", {})
    assert waited(lambda: log.write("info", "target", {"a": 1})) == 0
    assert waited(lambda: threading.Event().is_set()) == 0
    log.close()
