"""Real clients' own commands, and a client that writes in place, race our writes: nothing of either side is lost."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.peers.conftest import Client, claude, codex, installed, qwen
from tests.scenarios.command_line import CommandLine
from tests.torture.stories import SERVERS, servers

__all__ = ["claude", "codex", "installed", "qwen"]

EDITS = 200
IN_PLACE = "a writer in place"
AHEAD = 3
"""Edits of the client for each pass of ours: on a busy machine a writer that waits for nobody makes thousands of servers."""
Racer = Callable[[CommandLine, Iterator[int]], None]


def by_command(client: Client, *words: str) -> Racer:
    """One `mcp add` after the other, each with a name of its own."""

    def race(machine: CommandLine, numbers: Iterator[int]) -> None:
        for number in numbers:
            done = client(machine.home, "mcp", "add", *(word.format(f"theirs-{number}") for word in words))
            assert done.returncode == 0, done.stderr

    return race


def in_place(machine: CommandLine, numbers: Iterator[int]) -> None:
    """Reads its file, and truncates and writes it: as editors and some clients do."""
    path = machine.path(".qwen/settings.json")
    for number in numbers:
        data = None
        while data is None:
            with_server = path.read_text()
            try:
                data = json.loads(with_server)
            except ValueError:
                continue
        data.setdefault("mcpServers", {})[f"theirs-{number}"] = {"command": "true"}
        path.write_text(json.dumps(data, indent=2))
        time.sleep(0.05)


def raced(machine: CommandLine, client: str, race: Racer, edits: int, counted: Counter[str]) -> None:
    """Commits of main are written to all clients while one client is edited, so often each; then all settle, and all is counted."""
    ours: list[str] = []
    theirs: list[str] = []
    room = threading.Semaphore(AHEAD)
    failed: list[BaseException] = []

    def numbers() -> Iterator[int]:
        while not failed and (len(theirs) < edits or len(ours) < edits):
            room.acquire()
            theirs.append(f"theirs-{len(theirs)}")
            yield len(theirs) - 1

    def work() -> None:
        try:
            race(machine, numbers())
        except BaseException as error:
            failed.append(error)

    racer = threading.Thread(target=work)
    racer.start()
    try:
        while racer.is_alive():
            if len(ours) < edits:
                ours.append(f"ours-{len(ours)}")
                machine.commit({f"mcp/{ours[-1]}.yaml": "command: 'true'\n"})
            assert not machine("sync").has_traceback
            room.release(AHEAD)
    except BaseException as error:
        failed.append(error)
        room.release(AHEAD)
    racer.join()
    assert not failed, failed
    settle(machine)
    expected = {*theirs, *ours}
    assert {c: expected - set(servers(machine, c)) for c in SERVERS} == {c: set() for c in SERVERS}
    gone = machine.git("log", "--diff-filter=D", "--format=%h %s", "--name-only", "main", "--", "mcp", "overlays")
    assert gone == "", f"main lost what nobody removed: {gone}"
    counted[f"edits of {client} beside ours"] += len(theirs)
    counted["edits of ours beside theirs"] += len(ours)


def settle(machine: CommandLine) -> None:
    for _ in range(5):
        machine("sync")
    said = machine("sync", "--json")
    assert {t["outcome"] for t in said.data["targets"]} == {"unchanged"}, said.out


def test_a_client_that_writes_in_place_loses_nothing(adopted: CommandLine, counted: Counter[str]) -> None:
    raced(adopted, IN_PLACE, in_place, 4, counted)


def test_a_few_of_codex_own_commands_lose_nothing(adopted: CommandLine, codex: Client, counted: Counter[str]) -> None:
    raced(adopted, "codex", by_command(codex, "{}", "--", "true"), 3, counted)


@pytest.mark.torture
@pytest.mark.parametrize(
    ("client", "words"),
    [("claude", ("-s", "user", "{}", "--", "true")), ("codex", ("{}", "--", "true")), ("qwen", ("-s", "user", "{}", "true"))],
)
def test_hundreds_of_clients_own_commands_lose_nothing(
    adopted: CommandLine, request: pytest.FixtureRequest, client: str, words: tuple[str, ...], counted: Counter[str]
) -> None:
    raced(adopted, client, by_command(request.getfixturevalue(client), *words), EDITS, counted)


@pytest.mark.torture
def test_hundreds_of_writes_in_place_lose_nothing(adopted: CommandLine, counted: Counter[str]) -> None:
    raced(adopted, IN_PLACE, in_place, EDITS, counted)


@pytest.mark.torture
def test_a_file_that_is_torn_a_thousand_times_a_second_is_never_captured_torn(adopted: CommandLine, counted: Counter[str]) -> None:
    """For a minute. Every commit on the way holds what a whole version of the file held."""
    path, end = adopted.path(".qwen/settings.json"), time.monotonic() + 60
    versions = [
        path.read_bytes().replace(b'"mcpServers": {', b'"mcpServers": {\n    "torn-%d": {"command": "true"},' % n, 1) for n in range(2)
    ]
    stopped, count = threading.Event(), 0

    def tear() -> None:
        nonlocal count
        while not stopped.is_set():
            with open(path, "r+b", buffering=0) as file:
                os.ftruncate(file.fileno(), 0)
                half = len(versions[count % 2]) // 2
                file.write(versions[count % 2][:half])
                file.write(versions[count % 2][half:])
            count += 1
            time.sleep(0.001)

    writer = threading.Thread(target=tear)
    writer.start()
    passes = 0
    while time.monotonic() < end:
        assert not adopted("sync").has_traceback
        passes += 1
    stopped.set()
    writer.join()
    settle(adopted)
    assert adopted.git("log", "--all", "--diff-filter=D", "--format=%h", "--", "mcp/files.yaml", "mcp/legacy.yaml", "mcp/stripe.yaml") == ""
    assert {"torn-0", "torn-1"} & set(servers(adopted, "claude"))
    counted["writes that tore a file"] += count
    counted["passes beside them"] += passes
