"""What a terminal gets that a pipe does not: a real one, made for the test."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli.patience import Doing
from tests.scenarios.command_line import CommandLine

COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")
COLOURED = re.compile(r"\x1b\[(?:[0-9;]*;)?3[0-7]m")


def on_terminal(machine: CommandLine, *words: str, **environ: str) -> str:
    """What a command prints on a terminal."""
    leader, follower = pty.openpty()
    around = {"HOME": str(machine.home), "RECONCILER_HOME": str(machine.state), "PATH": "/usr/bin:/bin", "TERM": "xterm", "COLUMNS": "100", **environ}
    program = str(Path(sys.executable).parent / "reconciler")
    process = subprocess.Popen([program, *words], stdout=follower, stderr=follower, env=around, cwd=machine.root)
    os.close(follower)
    parts = []
    try:
        while data := os.read(leader, 65536):
            parts.append(data)
    except OSError:
        pass  # Linux says so when the other side is closed
    process.wait()
    os.close(leader)
    return b"".join(parts).decode()


def test_a_terminal_gets_a_table_and_colours(unchanging: CommandLine) -> None:
    shown = on_terminal(unchanging, "status")
    assert "─" in shown
    assert COLOUR.search(shown)
    assert max(len(COLOUR.sub("", line)) for line in shown.splitlines() if "─" in line) <= 100


@pytest.mark.parametrize(("words", "says"), [("history", "Register"), ("gap list", "has no")])
def test_lists_are_tables_that_fit_the_terminal_too(unchanging: CommandLine, words: str, says: str) -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", on_terminal(unchanging, *words.split()))
    assert "─" in shown
    assert says in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 100
    assert "─" not in unchanging(*words.split()).out


def test_no_color_is_obeyed(unchanging: CommandLine) -> None:
    shown = on_terminal(unchanging, "status", NO_COLOR="1")
    assert not COLOURED.search(shown)
    assert "/claude/user" in shown


def test_what_takes_longer_than_a_second_says_what_it_does_until_it_is_done(adopted: CommandLine) -> None:
    """It waits for another process that writes, and goes on when that has ended."""
    with (adopted.state / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        leader, follower = pty.openpty()
        environ = {"HOME": str(adopted.home), "RECONCILER_HOME": str(adopted.state), "PATH": "/usr/bin:/bin", "TERM": "xterm"}
        with adopted.path(".codex/config.toml").open("a") as file:
            file.write('\n[mcp_servers.slow]\ncommand = "example"\n')
        process = subprocess.Popen([str(Path(sys.executable).parent / "reconciler"), "sync"], stdout=subprocess.PIPE, stderr=follower, env=environ)
        os.close(follower)
        said = os.read(leader, 4096)
        while b"reconciling" not in said:
            said += os.read(leader, 4096)
    out = process.communicate()[0]
    os.close(leader)
    assert b"captured" in out
    assert b"reconciling" not in out


def test_the_step_is_said_with_its_count() -> None:
    now = Doing("reconciling")
    now.step("writing laptop/codex/user", 3, 8)
    assert now.shown == "reconciling: writing laptop/codex/user, 3 of 8"


def test_a_pipe_gets_plain_columns(unchanging: CommandLine) -> None:
    out = unchanging("status").out
    assert "─" not in out
    assert re.search(r"^\S+/claude/user +sync +\w{10} +", out, re.M)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("reconciler sync ", "/claude/user"), ("reconciler trace mcp/f", "mcp/f"), ("reconciler init --prefer co", "codex"), ("reconciler histo", "history"), ("reconciler share mcp/f", "mcp/f"), ("reconciler keep-local mcp/files --client co", "codex")],
)
def test_a_shell_is_offered_names(unchanging: CommandLine, words: str, expected: str) -> None:
    said = unchanging(environ={"_RECONCILER_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)})
    assert expected in said.out
    assert said.err == ""


def test_ids_of_what_waits_are_offered(found: CommandLine) -> None:
    found("init", "--yes")
    ids = {item["id"] for item in found("conflicts", "--json").data}
    said = found(environ={"_RECONCILER_COMPLETE": "complete_bash", "COMP_WORDS": "reconciler resolve ", "COMP_CWORD": "2"})
    assert ids <= set(said.out.split())


def test_without_a_repository_nothing_is_offered_and_nothing_said(found: CommandLine) -> None:
    said = found(environ={"_RECONCILER_COMPLETE": "complete_bash", "COMP_WORDS": "reconciler sync ", "COMP_CWORD": "2"})
    assert (said.out.strip(), said.err) == ("", "")
