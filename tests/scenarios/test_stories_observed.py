"""`reconciler up` read by programs: events as lines of JSON, the same ones in Loki and over the API, and no secret in any."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fakes.loki import loki
from tests.scenarios.command_line import CommandLine
from tests.scenarios.running import Up
from tests.scenarios.test_bad_input_files import SERVERS, having_fresh, with_fresh_server

Start = Callable[..., Up]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Up] = []

    def started(machine: CommandLine, **environ: str) -> Up:
        running.append(Up(machine.home, machine.state, RECONCILER_LOG_FORMAT="", **environ))
        return running[-1]

    yield started
    for one in running:
        one.close()


def events(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines() if line.endswith("}")]


def has_followed(said: str) -> bool:
    """An edit was captured in one client, and reached the three others."""
    outcomes = {(event["target"].split("/")[1], event["fields"]["outcome"]) for event in events(said) if event["event"] == "target"}
    return any(len({client for client, word in outcomes if word == "converged"} - {edited}) >= 3 for edited, word in outcomes if word == "captured")


def names(said: str) -> list[str]:
    return [event["event"] for event in events(said)]


def test_where_no_person_reads_every_line_is_an_event(adopted: CommandLine, start: Start) -> None:
    up = start(adopted)
    up.until(lambda said: "watching" in names(said))
    with_fresh_server(adopted, "claude")
    up.until(has_followed)
    os.kill(up.process.pid, signal.SIGTERM)
    assert up.ended() == 0
    told = [json.loads(line) for line in up.said.splitlines()]
    assert {frozenset(event) for event in told} == {frozenset({"at", "level", "event", "target", "session", "revision", "fields"})}
    captured = next(event for event in told if event["fields"].get("outcome") == "captured")
    assert captured["target"].endswith("/qwen/user")
    assert captured["session"]
    assert captured["revision"] in adopted.git("rev-list", "main").split()
    assert told[-1]["event"] == "stopped"


def test_loki_has_the_same_lines(adopted: CommandLine, start: Start) -> None:
    with loki() as server:
        up = start(adopted, RECONCILER_LOKI_URL=server.address)
        up.until(lambda said: "watching" in names(said))
        with_fresh_server(adopted, "codex")
        up.until(has_followed)
        os.kill(up.process.pid, signal.SIGTERM)
        assert up.ended() == 0
        printed = up.said.splitlines()
    assert set(server.lines) <= set(printed)
    assert set(printed) - set(server.lines) <= {printed[-1]}  # that it has stopped, nobody can be told any more
    assert {push["content-type"] for push in server.pushes} == {"application/json"}


def test_without_a_repository_the_plan_is_an_event_that_says_how_to_accept_it(found: CommandLine, start: Start) -> None:
    up = start(found)
    said = up.until(lambda said: "observing" in names(said))
    (plan,) = [event for event in events(said) if event["event"] == "plan"]
    assert plan["fields"]["next"].startswith("reconciler up --yes")
    assert plan["fields"]["targets"] == 4


def test_an_address_of_loki_that_is_none_stops_nothing_and_is_told(adopted: CommandLine, start: Start) -> None:
    up = start(adopted, RECONCILER_LOKI_URL="loki:3100")
    up.until(lambda said: "watching" in names(said))
    with_fresh_server(adopted, "claude")
    up.until(has_followed)
    assert having_fresh(adopted) == list(SERVERS)


def test_another_format_is_refused_with_the_words_that_there_are(adopted: CommandLine) -> None:
    said = adopted("up", environ={"RECONCILER_LOG_FORMAT": "xml"})
    assert (said.code, "expected text or json" in said.err) == (1, True)
