"""The whole of `up` killed at random moments under edits, its servers with it; and Redis killed and emptied under edits."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis

from reconciler.ports.servers import REDIS
from reconciler.settings import settings_from
from reconciler.wiring import servers
from tests.scenarios.command_line import CommandLine
from tests.scenarios.running import Up
from tests.scenarios.test_bad_input_files import SERVERS
from tests.scenarios.test_stories_up import is_watching

REAL = {"RECONCILER_REDIS_URL": "", "RECONCILER_DATABASE_URL": ""}
MEMORIES = (".codex/AGENTS.md", ".qwen/QWEN.md", ".rovodev/AGENTS.md")
"""Where a rule of claude's arrives."""
RULES = 40
"""Written again and again: codex reads no more than 32 KiB."""
LIMIT_S = 120.0


@pytest.fixture
def start(adopted: CommandLine) -> Iterator[Callable[[], Up]]:
    """Whatever runs at the end is stopped, its servers by it."""
    running: list[Up] = []

    def one() -> Up:
        running.append(Up(adopted.home, adopted.state, **REAL))
        return running[-1]

    yield one
    for up in running:
        if up.process.poll() is None:
            up.process.terminate()
            up.process.wait(LIMIT_S)
        up.close()


def edit(machine: CommandLine, number: int) -> None:
    """A rule of its own file: no other edit is lost by the person's own read and write."""
    path = machine.path(f".claude/rules/edit-{number % RULES}.md")
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(f"# Edit\n\n- rule number {number} stands\n")
    fresh.rename(path)


def arrived(machine: CommandLine, number: int) -> bool:
    return all(f"rule number {number} stands" in machine.path(memory).read_text() for memory in MEMORIES)


def wait_for(machine: CommandLine, up: Up, number: int) -> None:
    """Until the last edit of each rule is everywhere, of so many edits."""
    numbers = range(max(0, number - RULES), number)
    give_up = time.monotonic() + LIMIT_S
    while missing := [number for number in numbers if not arrived(machine, number)]:
        assert up.process.poll() is None, up.said
        assert time.monotonic() < give_up, f"these edits are lost: {missing}"
        time.sleep(0.05)


def kill_all(machine: CommandLine, up: Up) -> None:
    """`up` first, then each of its servers: nobody gets a moment to tidy up."""
    up.process.kill()
    up.process.wait()
    for name in ("postgres", "valkey"):
        kill_server(machine, name)


def kill_server(machine: CommandLine, name: str) -> None:
    """Where it runs at the moment."""
    with suppress(OSError, ValueError):
        os.kill(json.loads((machine.state / "servers" / f"{name}.process").read_text())["pid"], signal.SIGKILL)


def insist_on_whole(machine: CommandLine) -> None:
    done = subprocess.run(["git", "-C", str(machine.repository), "fsck", "--strict", "--no-dangling"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert list(Path(machine.repository).rglob("*.lock")) == []


def insist_on_same_mirror(machine: CommandLine, up: Up) -> None:
    """What was mirrored over all the kills is what a mirror made anew from Git says."""
    give_up = time.monotonic() + LIMIT_S
    while (said := machine("mirror", "digest", "--check", "--json")).code == 1:
        assert up.process.poll() is None, up.said
        assert time.monotonic() < give_up, f"PostgreSQL did not come back: {said.err}"
        time.sleep(0.1)
    assert said.data["digest"] == said.data["rebuilt"] == machine("mirror", "rebuild", "--json").data["digest"]


@pytest.mark.long
@pytest.mark.parametrize(("kills", "seed"), [(50, 4)])
def test_killed_at_random_moments_under_edits_it_loses_none_and_starts_again_unaided(
    adopted: CommandLine, start: Callable[[], Up], kills: int, seed: int
) -> None:
    chance = random.Random(seed)
    number = 0
    for _ in range(kills):
        up = start()
        end = time.monotonic() + chance.uniform(0.0, 4.0)
        while time.monotonic() < end:
            edit(adopted, number)
            number += 1
            time.sleep(chance.uniform(0.0, 0.5))
        kill_all(adopted, up)
    up = start()
    up.until(is_watching)
    wait_for(adopted, up, number)
    insist_on_same_mirror(adopted, up)
    up.process.terminate()
    assert up.ended() == 0
    insist_on_whole(adopted)
    assert adopted("sync").code in (0, 3)
    assert adopted("conflicts").out.strip() == "nothing waits"


@pytest.mark.long
def test_redis_killed_and_emptied_under_edits_loses_none(adopted: CommandLine, start: Callable[[], Up]) -> None:
    up = start()
    up.until(is_watching)
    found = servers(settings_from({"HOME": str(adopted.home), "RECONCILER_HOME": str(adopted.state), "PATH": "/usr/bin:/bin"}))
    for number in range(40):
        edit(adopted, number)
        address = found.running(REDIS)
        if number % 8 == 3:
            kill_server(adopted, "valkey")
        elif number % 8 == 7 and address is not None:
            with suppress(Exception), Redis.from_url(address) as client:
                client.flushall()
        time.sleep(0.1)
    wait_for(adopted, up, 40)
    up.process.terminate()
    assert up.ended() == 0
    insist_on_whole(adopted)


def test_the_stories_edit_every_client() -> None:
    assert len(MEMORIES) + 1 == len(SERVERS)
