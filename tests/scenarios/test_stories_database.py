"""PostgreSQL stopped under edits: passes and people go on, and the database has all of it afterwards, in order."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from reconciler.mirror.ids import uuid_of
from reconciler.servers.supervisor import EmbeddedServers
from tests.conftest import copied_home
from tests.scenarios.command_line import CommandLine
from tests.scenarios.running import NO_SERVERS, Up
from tests.scenarios.test_stories_killed import edit, wait_for
from tests.scenarios.test_stories_up import is_watching

OUTAGE_S = float(os.environ.get("RECONCILER_TEST_OUTAGE_S") or 5)
"""What is claimed does not depend on it; `RECONCILER_TEST_OUTAGE_S=30` takes longer."""
PASSWORD = "a long enough pass phrase"


@pytest.fixture
def server(stopped_home: Path, tmp_path: Path) -> Iterator[EmbeddedServers]:
    """A PostgreSQL of the test's own, which `up` does not look after."""
    made = EmbeddedServers(copied_home(stopped_home, tmp_path / "servers"), redis_url=NO_SERVERS["RECONCILER_REDIS_URL"])
    yield made
    made.stop()


@pytest.fixture
def up(adopted: CommandLine, server: EmbeddedServers) -> Iterator[Up]:
    adopted.environ["RECONCILER_DATABASE_URL"] = server.start().database_url
    running = Up(adopted.home, adopted.state, RECONCILER_DATABASE_URL=adopted.environ["RECONCILER_DATABASE_URL"])
    yield running
    running.close()


class Person:
    """An admin over HTTP."""

    def __init__(self, machine: CommandLine, up: Up) -> None:
        assert machine("users", "add", "ann", "--role", "admin", "--password-stdin", given=PASSWORD).code == 0
        found = re.search(r"^serving (\S+)$", up.said, re.M)
        assert found
        self._client = httpx.Client(base_url=found[1], trust_env=False)
        signed_in = self._client.post("/api/v1/auth/login", json={"username": "ann", "password": PASSWORD}).json()
        self._client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        self._client.cookies.clear()
        assert self._client.get("/api/v1/auth/me").status_code == 200  # who was let in of late goes on without the database

    def change(self, client: str, **values: Any) -> int:
        return self._client.patch(f"/api/v1/clients/{client}", json=values).status_code

    def close(self) -> None:
        self._client.close()

    def part(self, name: str) -> dict[str, Any]:
        return next(part for part in self._client.get("/healthz").json()["parts"] if part["name"] == name)


def until(is_so: Callable[[], bool], up: Up) -> None:
    give_up = time.monotonic() + 120
    while not is_so():
        assert up.process.poll() is None, up.said
        assert time.monotonic() < give_up, up.said
        time.sleep(0.05)


@pytest.mark.long
def test_postgresql_stopped_under_edits_loses_nothing_and_audit_is_complete(adopted: CommandLine, server: EmbeddedServers, up: Up) -> None:
    up.until(is_watching)
    person = Person(adopted, up)
    acli = adopted.target("acli", adopted("status", "--json"))["id"]
    until(lambda: person.part("database")["ok"], up)
    reasons = []
    server.stop()
    end, number = time.monotonic() + OUTAGE_S, 0
    while time.monotonic() < end:
        edit(adopted, number)
        if number % 5 == 0:
            reasons.append(f"reason {number}")
            assert person.change(acli, mode="sync" if number % 2 else "suspended", reason=reasons[-1]) == 200
        number += 1
        time.sleep(0.2)
    person.change(acli, mode="sync", reason="the last")
    until(lambda: not person.part("database")["ok"], up)
    server.start()
    wait_for(adopted, up, number)
    until(lambda: person.part("database")["ok"], up)
    person.close()
    up.process.terminate()
    assert up.ended() == 0  # with a last look, after which nothing is left in the journal
    assert not list((adopted.state / "journal").glob("*.jsonl"))
    insist_on_complete(adopted, [*reasons, "the last"])


def insist_on_complete(machine: CommandLine, reasons: list[str]) -> None:
    """Every pass that a commit names, each action of the person once and in order, and the mirror that Git makes."""
    named = set(machine.git("log", "main", "--format=%(trailers:key=Session,valueonly,separator=%x0A)").split())
    with psycopg.connect(machine.environ["RECONCILER_DATABASE_URL"]) as database:
        runs = {row[0] for row in database.execute("select run from sync_sessions")}
        told = database.execute("select details->>'reason' from audit_logs where action like 'clients%' order by position").fetchall()
    assert {uuid_of(session) for session in named} - runs == set()
    assert [row[0] for row in told] == reasons
    assert machine("mirror", "digest", "--check").code == 0
