"""`reconciler up`: a process that brings each edit to the other clients, beside which other commands work."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from tests.scenarios.command_line import CommandLine
from tests.scenarios.running import Up
from tests.scenarios.test_bad_input_files import SERVERS, having_fresh, with_fresh_server

Start = Callable[..., Up]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Up] = []

    def started(machine: CommandLine, *words: str) -> Up:
        running.append(Up(machine.home, machine.state, *words))
        return running[-1]

    yield started
    for one in running:
        one.close()


def is_watching(said: str) -> bool:
    return "watching; stop with Ctrl-C\n" in said


def test_an_edit_reaches_every_other_client(adopted: CommandLine, start: Start) -> None:
    up = start(adopted)
    up.until(is_watching)
    with_fresh_server(adopted, "claude")
    up.until(lambda said: all(f"/{c}/user converged, wrote {SERVERS[c]}" in said for c in ("claude", "codex", "acli")))
    assert having_fresh(adopted) == list(SERVERS)


def test_a_commit_by_plain_git_reaches_every_client(adopted: CommandLine, start: Start) -> None:
    up = start(adopted, "--interval", "0.2")
    up.until(is_watching)
    adopted.commit({"mcp/fresh.yaml": "command: example-mcp-server\n"})
    up.until(lambda said: said.count(" converged, wrote ") == 4)
    assert having_fresh(adopted) == list(SERVERS)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(adopted: CommandLine, start: Start, name: signal.Signals) -> None:
    up = start(adopted)
    up.until(is_watching)
    os.kill(up.process.pid, name)
    assert up.ended() == 0
    assert up.said.endswith("stopped\n")
    assert "Traceback" not in up.said


def test_other_commands_work_beside_it(adopted: CommandLine, start: Start) -> None:
    up = start(adopted)
    up.until(is_watching)
    commands = ("status", "sync", "diff", "history", "suspend codex --reason x", "enable codex", "secrets list")
    assert {words: adopted(*words.split()).code for words in commands} == {
        "status": 3, "sync": 3, "diff": 0, "history": 0, "suspend codex --reason x": 0, "enable codex": 3, "secrets list": 0,
    }  # fmt: skip


def test_a_broken_file_is_told_and_mended_is_taken_in(adopted: CommandLine, start: Start) -> None:
    place = adopted.path(".codex/config.toml")
    good = place.read_bytes()
    up = start(adopted)
    up.until(is_watching)
    place.write_bytes(good + b"\nx = = 1\n")
    up.until(lambda said: "/codex/user stalled: .codex/config.toml:" in said)
    with_fresh_server(adopted, "codex")
    up.until(lambda said: "/claude/user converged" in said)
    place.write_bytes(good)
    up.until(lambda said: "/codex/user converged" in said)
    assert having_fresh(adopted) == list(SERVERS)


def test_without_a_repository_it_shows_the_plan_and_how_to_accept_it(found: CommandLine, start: Start) -> None:
    before = found.bytes_below()
    up = start(found)
    assert up.ended() == 3
    assert up.said.endswith("To accept the plan and start: reconciler up --yes\n")
    assert (found.bytes_below(), found.repository.exists()) == (before, False)


def test_accepted_it_adopts_and_watches(found: CommandLine, start: Start) -> None:
    up = start(found, "--yes")
    up.until(is_watching)
    assert found("history").code == 0


def test_without_any_client_it_says_where_it_looked(found: CommandLine, start: Start) -> None:
    (found.root / "bare").mkdir()
    up = Up(found.root / "bare", found.state)
    code = up.ended()
    up.close()
    assert code == 1
    assert "no client was found here" in up.said
