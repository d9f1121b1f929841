"""Whose processes the servers can be: an ordinary user's, and a number's that the system has no user for."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.scenarios.command_line import ORDINARY

NAMELESS = 54321
CODE = """
import os, sys
from pathlib import Path
from reconciler.errors import Stalled
from reconciler.servers.account import account
from reconciler.servers.places import places
from reconciler.servers.postgres import Postgres
from reconciler.servers.programs import postgres_programs

folder, uid = Path(sys.argv[1]), int(sys.argv[2])
programs = postgres_programs(account(), os.defpath)  # as root: where everybody can read them
os.setgroups([])
os.setgid(uid)
os.setuid(uid)
place = places(folder, account(), None)
place.prepare()
server = Postgres(place, programs)
try:
    server.start()
    print("runs" if server.daemon.is_running() else "does not run")
    server.daemon.stop()
except Stalled as error:
    print(error)
"""

pytestmark = [pytest.mark.long, pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")]


def started_as(uid: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, uid, uid)
        words = [sys.executable, "-c", CODE, f"{folder}/servers", str(uid)]
        done = subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_ordinary_user_needs_nothing() -> None:
    assert started_as(ORDINARY) == "runs\n"


def test_a_user_without_a_name_is_told_what_to_do() -> None:
    assert f"user {NAMELESS} has no name on this system" in started_as(NAMELESS)
    assert "add a line for it to /etc/passwd, or set RECONCILER_DATABASE_URL" in started_as(NAMELESS)
