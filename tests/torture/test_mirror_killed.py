"""The process that brings the database up to date, killed at its named points: nothing is missing, nothing is there twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from reconciler import fault_points
from reconciler.mirror.ids import uuid_of
from tests.scenarios.command_line import CommandLine
from tests.torture.stories import edits_in_every_client
from tests.torture.test_fault_points import MIRROR

KEEP = """
import os
from reconciler.fault_points import arm_from
from reconciler.settings import settings_from
from reconciler.wiring.mirror import Mirroring

arm_from(os.environ)
Mirroring(settings_from(os.environ), lambda: os.environ["RECONCILER_DATABASE_URL"]).keep()
"""


def kept(machine: CommandLine, url: str, fault: str = "") -> int:
    environ = {"HOME": str(machine.home), "RECONCILER_HOME": str(machine.state), "PATH": os.defpath, "RECONCILER_DATABASE_URL": url}
    around = {**environ, **({fault_points.VARIABLE: fault} if fault else {})}
    return subprocess.run([sys.executable, "-c", KEEP], env=around, cwd=Path(__file__).parents[2], check=False).returncode


def rows(url: str) -> dict[str, list[object]]:
    with psycopg.connect(url) as database:
        queries = {"sessions": "select run, client_id from sync_sessions", "events": "select id from sync_events", "commits": "select revision from commits"}
        return {name: sorted(map(str, database.execute(query))) for name, query in queries.items()}


@pytest.mark.long
@pytest.mark.parametrize("point", MIRROR)
def test_a_kill_while_the_database_is_brought_up_to_date_loses_nothing(adopted: CommandLine, database_url: str, point: str) -> None:
    edits_in_every_client(adopted)
    adopted("sync")
    assert kept(adopted, database_url, point) == -signal.SIGKILL
    assert kept(adopted, database_url) == 0
    once = rows(database_url)
    assert kept(adopted, database_url) == 0
    assert rows(database_url) == once
    assert all(len(set(found)) == len(found) for found in once.values())
    named = adopted.git("log", "main", "--format=%(trailers:key=Session,valueonly,separator=%x0A)").split()
    assert all(str(uuid_of(session)) in str(once["sessions"]) for session in named)
    adopted.environ["RECONCILER_DATABASE_URL"] = database_url
    assert adopted("mirror", "digest", "--check").code == 0
    assert not list((adopted.state / "journal").glob("*.jsonl"))
