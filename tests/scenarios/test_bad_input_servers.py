"""Addresses of servers that lead nowhere: `doctor` names the cure, `up` goes on, and no password is repeated."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from reconciler.ports.servers import Endpoints
from tests.scenarios.command_line import CommandLine
from tests.scenarios.running import Up
from tests.scenarios.test_bad_input_files import SERVERS, having_fresh, with_fresh_server
from tests.scenarios.test_stories_up import get, is_watching

PASSWORD = "hush-" + "hush"
ADDRESSES = {
    f"RECONCILER_DATABASE_URL=mysql://ann:{PASSWORD}@db/x": "expected postgresql://user:password@host:port/database",
    f"RECONCILER_DATABASE_URL=postgresql://ann:{PASSWORD}@127.0.0.1:9/x": "start it, or mend RECONCILER_DATABASE_URL",
    f"RECONCILER_REDIS_URL=http://ann:{PASSWORD}@redis": "expected redis://:password@host:6379/0; mend RECONCILER_REDIS_URL",
    f"RECONCILER_REDIS_URL=redis://:{PASSWORD}@127.0.0.1:9": "start it, or mend RECONCILER_REDIS_URL",
}


@pytest.mark.parametrize("given", ADDRESSES)
def test_doctor_asks_the_servers_that_it_was_given(adopted: CommandLine, given: str) -> None:
    variable, _, address = given.partition("=")
    said = adopted("doctor", "--json", environ={variable: address})
    name = "PostgreSQL" if "DATABASE" in variable else "Redis"
    (found,) = [check for check in said.data["checks"] if check["name"] == name]
    assert (said.code, found["ok"], ADDRESSES[given] in found["detail"]) == (1, False, True)
    assert PASSWORD not in said.out + said.err


def test_doctor_says_of_servers_that_answer_that_they_do(adopted: CommandLine, endpoints: Endpoints) -> None:
    given = {"RECONCILER_DATABASE_URL": endpoints.database_url, "RECONCILER_REDIS_URL": endpoints.redis_url}
    checks = {check["name"]: check["ok"] for check in adopted("doctor", "--json", environ=given).data["checks"]}
    assert (checks["PostgreSQL"], checks["Redis"]) == (True, True)


def test_doctor_says_of_a_wrong_password_that_it_is_wrong(adopted: CommandLine, endpoints: Endpoints) -> None:
    wrong = {
        "RECONCILER_DATABASE_URL": endpoints.database_url.replace("reconciler:", "reconciler:no", 1),
        "RECONCILER_REDIS_URL": endpoints.redis_url.replace("password=", "password=no", 1),
    }
    said = adopted("doctor", "--json", environ=wrong)
    assert [c["detail"].count("the user or the password is wrong; mend") for c in said.data["checks"] if c["name"] in ("PostgreSQL", "Redis")] == [1, 1]


@pytest.fixture
def astray(adopted: CommandLine) -> Iterator[Up]:
    """`up` with addresses that are none."""
    up = Up(adopted.home, adopted.state, RECONCILER_DATABASE_URL=f"mysql://:{PASSWORD}@db", RECONCILER_REDIS_URL=f"http://:{PASSWORD}@redis")
    yield up
    up.close()


def test_up_goes_on_with_addresses_that_are_none_and_says_so(adopted: CommandLine, astray: Up) -> None:
    astray.until(is_watching)
    with_fresh_server(adopted, "claude")
    astray.until(lambda said: said.count(" converged, wrote ") == 3)
    assert having_fresh(adopted) == list(SERVERS)
    wanted = {"database": "RECONCILER_DATABASE_URL", "hints": "RECONCILER_REDIS_URL"}
    while True:
        details = {part["name"]: part["detail"] for part in get(astray, "/healthz").json()["parts"]}
        if all(variable in details.get(name, "") for name, variable in wanted.items()):
            break
        assert astray.process.poll() is None, astray.said
    os.kill(astray.process.pid, signal.SIGTERM)
    assert astray.ended() == 0
    assert PASSWORD not in astray.said + str(details)
    assert "Traceback" not in astray.said
