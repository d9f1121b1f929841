"""`up` as an ordinary user, with servers of its own: nothing of it needs root, nor a user that the system has a name for."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.scenarios.command_line import CommandLine, given_to
from tests.scenarios.running import Up
from tests.scenarios.test_bad_input_files import SERVERS, having_fresh, with_fresh_server
from tests.scenarios.test_stories_database import until
from tests.scenarios.test_stories_killed import REAL
from tests.scenarios.test_stories_up import is_watching

NAMELESS = 54321
"""A number that no system has a user for, as containers give."""
LEFT_OUT = shutil.ignore_patterns("site-packages", "test", "__pycache__", "config-*", "*.a")
ROOT = Path(__file__).parents[2]
IS_CLOSED = not os.geteuid() and not all(parent.stat().st_mode & stat.S_IXOTH for parent in (ROOT, *ROOT.parents))

pytestmark = [pytest.mark.long, pytest.mark.skipif(IS_CLOSED, reason="nobody but root can read this checkout")]


@pytest.fixture(scope="module")
def python() -> Iterator[dict[str, str]]:
    """An interpreter that everybody can run: root's own may be in a folder that is closed to others, and is copied then."""
    if os.geteuid() or all(parent.stat().st_mode & stat.S_IXOTH for parent in Path(sys.executable).resolve().parents):
        yield {"python": sys.executable}
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name in ("bin", "lib"):
            shutil.copytree(Path(sys.base_prefix) / name, Path(folder) / name, ignore=LEFT_OUT, symlinks=True)
        packages = sysconfig.get_path("purelib")
        yield {"python": f"{folder}/bin/{Path(sys.executable).resolve().name}", "PYTHONHOME": folder, "PYTHONPATH": packages, "LD_LIBRARY_PATH": f"{folder}/lib"}


@pytest.fixture
def start(ordinary: CommandLine, python: dict[str, str]) -> Iterator[Callable[[int], Up]]:
    running: list[Up] = []

    def one(user: int) -> Up:
        running.append(Up(ordinary.home, ordinary.state, user=user, **python, **REAL))
        return running[-1]

    yield one
    for up in running:
        up.process.terminate()
        up.process.wait()
        up.close()


def part(up: Up, name: str) -> dict[str, Any]:
    found = re.search(r"^serving (\S+)$", up.said, re.M)
    assert found, up.said
    return next(part for part in httpx.get(f"{found[1]}/healthz", trust_env=False).json()["parts"] if part["name"] == name)


def insist_on_edits(machine: CommandLine, up: Up) -> None:
    with_fresh_server(machine, "claude")
    up.until(lambda said: all(f"/{c}/user converged, wrote {SERVERS[c]}" in said for c in ("claude", "codex", "acli")))
    assert having_fresh(machine) == list(SERVERS)


def server_ids(machine: CommandLine) -> list[int]:
    return [json.loads(path.read_text())["pid"] for path in sorted((machine.state / "servers").glob("*.process"))]


def test_an_ordinary_user_has_the_whole_service(ordinary: CommandLine, start: Callable[[int], Up]) -> None:
    for turn in range(2):  # the second time with data that is there
        up = start(ordinary.user)
        up.until(is_watching)
        if not turn:
            insist_on_edits(ordinary, up)
        until(lambda: part(up, "database")["ok"] and part(up, "hints")["ok"], up)  # noqa: B023  # called at once
        servers = server_ids(ordinary)
        assert len(servers) == 2
        assert {Path(f"/proc/{pid}").stat().st_uid for pid in servers} == {ordinary.user or os.geteuid()}
        up.process.terminate()
        assert up.ended() == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in servers)
    assert {path.lstat().st_uid for path in ordinary.state.rglob("*")} == {ordinary.user or os.geteuid()}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_user_without_a_name_is_told_the_cure_and_the_rest_goes_on(ordinary: CommandLine, start: Callable[[int], Up]) -> None:
    given_to(NAMELESS, ordinary.home, ordinary.state)
    up = start(NAMELESS)
    up.until(is_watching)
    insist_on_edits(ordinary, up)
    until(lambda: "add a line for it to /etc/passwd, or set RECONCILER_DATABASE_URL" in json.dumps(part(up, "postgresql")), up)
    up.process.terminate()
    assert up.ended() == 0
