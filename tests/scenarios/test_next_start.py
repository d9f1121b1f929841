"""A client that is open while its file is written: `status` says that it goes on without that, until it is started anew."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.scenarios.command_line import CommandLine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="which programs run is read from Linux's /proc")


@contextmanager
def opened(machine: CommandLine, client: str) -> Iterator[None]:
    """A program of the client's name, in the same home; it has begun when it answers."""
    program = machine.root / client
    program.symlink_to("/bin/cat")
    with subprocess.Popen([str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"HOME": str(machine.home)}) as running:
        assert running.stdin
        assert running.stdout
        running.stdin.write(b"x")
        running.stdin.flush()
        running.stdout.read(1)
        yield
        running.stdin.close()


def add_server(machine: CommandLine) -> None:
    """A new server in claude, which all others are given."""
    file = machine.path(".claude.json")
    state = json.loads(file.read_text())
    state["mcpServers"]["clock"] = {"type": "stdio", "command": "example-clock", "args": [], "env": {}}
    file.write_text(json.dumps(state, indent=2))
    machine("sync")


def test_what_was_written_waits_as_long_as_the_client_is_open(adopted: CommandLine) -> None:
    with opened(adopted, "codex"):
        add_server(adopted)
        said = adopted("status")
        assert ".codex/config.toml (mcp), written " in said.out
        assert "the client is open since before (1); it takes it up at its next start" in said.out
    assert "next start" not in adopted("status").out


@pytest.mark.parametrize(("client", "words"), [("qwen", []), ("acli", ["unknown"])])
def test_it_is_said_where_that_is_not_known_and_not_where_it_takes_effect_at_once(adopted: CommandLine, client: str, words: list[str]) -> None:
    with opened(adopted, client):
        add_server(adopted)
        rows = adopted.target(client, adopted("status", "--json"))["waits_for_start"]
        assert [row["takes_effect"] for row in rows] == words
