"""`reconciler up`: a process that brings each edit to the other clients, beside which other commands work."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.scenarios.command_line import CommandLine
from tests.scenarios.running import Up
from tests.scenarios.test_bad_input_files import SERVERS, having_fresh, with_fresh_server

Start = Callable[..., Up]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Up] = []

    def started(machine: CommandLine, *words: str, **environ: str) -> Up:
        running.append(Up(machine.home, machine.state, *words, **environ))
        return running[-1]

    yield started
    for one in running:
        one.close()


def get(up: Up, path: str) -> httpx.Response:
    """What its HTTP server answers."""
    address = re.search(r"^serving (\S+)$", up.said, re.M)
    assert address, up.said
    return httpx.get(address[1] + path, trust_env=False)


def is_watching(said: str) -> bool:
    return "watching; stop with Ctrl-C\n" in said


def test_an_edit_reaches_every_other_client(adopted: CommandLine, start: Start) -> None:
    up = start(adopted)
    up.until(is_watching)
    with_fresh_server(adopted, "claude")
    up.until(lambda said: all(f"/{c}/user converged, wrote {SERVERS[c]}" in said for c in ("claude", "codex", "acli")))
    assert having_fresh(adopted) == list(SERVERS)


def test_an_edit_in_a_project_reaches_its_other_client_and_a_project_that_is_added_meanwhile_is_watched(adopted: CommandLine, start: Start) -> None:
    folders = [adopted.path(f"src/{name}") for name in ("shop", "cart")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / ".mcp.json").write_text('{"mcpServers": {}}')
    for client in ("claude", "codex"):
        adopted("clients", "add", client, "--project", str(folders[0]), "--yes")
    up = start(adopted, "--interval", "3600")
    up.until(is_watching)
    for client in ("claude", "codex"):
        assert adopted("clients", "add", client, "--project", str(folders[1]), "--yes").code in (0, 3)
    for folder in folders:
        (folder / ".mcp.json").write_text('{"mcpServers": {"fresh": {"command": "example-mcp-server"}}}')
        up.until(lambda said, name=folder.name: f"/codex/project:{name} converged, wrote .codex/config.toml" in said)  # type: ignore[misc]
        assert "[mcp_servers.fresh]" in (folder / ".codex/config.toml").read_text()


def test_a_commit_by_plain_git_reaches_every_client_at_once(adopted: CommandLine, start: Start) -> None:
    up = start(adopted, "--interval", "3600")
    up.until(is_watching)
    adopted.commit({"mcp/fresh.yaml": "command: example-mcp-server\n"})
    up.until(lambda said: said.count(" converged, wrote ") == 4)
    assert having_fresh(adopted) == list(SERVERS)


def test_an_edit_of_a_file_that_another_file_names_reaches_every_other_client(adopted: CommandLine, start: Start) -> None:
    named, config = adopted.path("work/servers.json"), adopted.path(".rovodev/config.yml")
    named.parent.mkdir()
    adopted.path(SERVERS["acli"]).rename(named)
    config.write_text(config.read_text().replace("mcp:", f"mcp:\n  mcpConfigPath: {named}", 1))
    up = start(adopted, "--interval", "3600")
    up.until(is_watching)
    while get(up, "/readyz").status_code != 200:  # what comes now can only be seen by watching the file
        assert up.process.poll() is None
    named.write_bytes(named.read_bytes().replace(b'"mcpServers": {', b'"mcpServers": {\n    "fresh": {"command": "example-mcp-server"},', 1))
    up.until(lambda said: all(f"/{c}/user converged, wrote {SERVERS[c]}" in said for c in ("claude", "codex", "qwen")))


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


def is_observing(said: str) -> bool:
    return "observing; stop with Ctrl-C\n" in said


def test_without_a_repository_it_shows_the_plan_and_how_to_accept_it_and_writes_nothing(found: CommandLine, start: Start) -> None:
    before = found.bytes_below()
    up = start(found)
    assert "To accept the plan: reconciler up --yes, or reconciler init --yes while this runs\n" in up.until(is_observing)
    assert (found.bytes_below(), found.repository.exists()) == (before, False)
    assert (get(up, "/readyz").status_code, get(up, "/healthz").status_code) == (200, 200)
    os.kill(up.process.pid, signal.SIGTERM)
    assert up.ended() == 0


def test_a_plan_that_is_accepted_while_it_observes_starts_it(found: CommandLine, start: Start) -> None:
    up = start(found)
    up.until(is_observing)
    assert found("init", "--yes", "--prefer", "claude").code in (0, 3)
    up.until(is_watching)
    with_fresh_server(found, "claude")
    up.until(lambda said: "/codex/user converged" in said)


def test_it_is_ready_once_every_target_was_looked_at(adopted: CommandLine, start: Start) -> None:
    up = start(adopted)
    up.until(is_watching)
    while get(up, "/readyz").status_code != 200:
        assert up.process.poll() is None
    assert get(up, "/healthz").json()["status"] in ("ok", "degraded")


def test_a_second_one_of_the_same_folder_says_so_and_ends(adopted: CommandLine, start: Start) -> None:
    first = start(adopted)
    first.until(is_watching)
    second = start(adopted)
    assert second.ended() == 1
    assert f"`reconciler up` runs here already (process {first.process.pid}); stop it first" in second.said


def test_after_a_kill_it_starts_again_unaided(adopted: CommandLine, start: Start) -> None:
    first = start(adopted)
    first.until(is_watching)
    first.process.kill()
    first.ended()
    with_fresh_server(adopted, "claude")
    start(adopted).until(lambda said: said.count(" converged, wrote ") == 3)
    assert having_fresh(adopted) == list(SERVERS)


def test_it_brings_its_servers_up_and_down_with_it(adopted: CommandLine, start: Start) -> None:
    up = start(adopted, RECONCILER_REDIS_URL="", RECONCILER_DATABASE_URL="")
    up.until(is_watching)
    while get(up, "/healthz").json()["status"] != "ok":
        assert up.process.poll() is None
    servers = adopted.state / "servers"
    records = [servers / "postgres.process", servers / "valkey.process"]
    assert all(record.exists() for record in records)
    with_fresh_server(adopted, "claude")
    up.until(lambda said: said.count(" converged, wrote ") == 3)
    os.kill(up.process.pid, signal.SIGTERM)
    assert (up.ended(), any(record.exists() for record in records)) == (0, False)


def test_without_servers_it_says_so_and_goes_on(adopted: CommandLine, start: Start) -> None:
    adopted.state.joinpath("servers").write_text("in the way")
    up = start(adopted, RECONCILER_REDIS_URL="", RECONCILER_DATABASE_URL="")
    up.until(is_watching)
    with_fresh_server(adopted, "claude")
    up.until(lambda said: said.count(" converged, wrote ") == 3)
    said = get(up, "/healthz").json()
    assert (said["status"], [str(adopted.state) in part["detail"] for part in said["parts"] if part["name"] in ("postgresql", "redis")]) == ("degraded", [True, True])


BROKEN = {"postgresql": ("postgres/letter.txt", "RECONCILER_DATABASE_URL", "redis", "hints"), "redis": ("valkey", "RECONCILER_REDIS_URL", "postgresql", "database")}
"""Where something lies in a server's way, what replaces it, the other server, and the part that uses that one."""


@pytest.mark.long  # makes PostgreSQL's data anew
@pytest.mark.parametrize("broken", BROKEN)
def test_a_server_that_cannot_start_leaves_the_other_one_at_work(adopted: CommandLine, start: Start, broken: str) -> None:
    place, variable, well, user = BROKEN[broken]
    in_the_way = adopted.state / "servers" / place
    in_the_way.parent.mkdir(parents=True)
    in_the_way.write_text("mine")
    own = {"RECONCILER_REDIS_URL": "", "RECONCILER_DATABASE_URL": ""}
    up = start(adopted, **own)
    up.until(is_watching)
    while not is_apart(up, broken, variable, {well, user}):
        assert up.process.poll() is None
    checks = {c["name"].lower(): c for c in adopted("doctor", "--json", environ=own).data["checks"]}
    assert (checks[broken]["ok"], checks[well]["ok"]) == (False, True)
    assert in_the_way.read_text() == "mine"
    up.process.terminate()  # else the server that works outlives the test
    assert up.ended() == 0


def is_apart(up: Up, broken: str, cure: str, well: set[str]) -> bool:
    """Whether `up` uses what works, and says what to do about the other."""
    parts = {part["name"]: part for part in get(up, "/healthz").json()["parts"]}
    return f"or set {cure}" in parts[broken]["detail"] and all(parts[name]["ok"] for name in well)


def test_a_port_that_is_taken_is_told_and_the_rest_goes_on(adopted: CommandLine, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        up = start(adopted, "--port", str(taken.getsockname()[1]))
        assert "choose another port with `reconciler up --port N`" in up.until(is_watching)
        with_fresh_server(adopted, "claude")
        up.until(lambda said: "/codex/user converged" in said)


def test_accepted_it_adopts_and_watches(found: CommandLine, start: Start) -> None:
    up = start(found, "--yes")
    up.until(is_watching)
    assert found("history").code == 0


def test_without_any_client_it_says_where_it_looked_and_leaves_nothing(found: CommandLine, start: Start) -> None:
    (found.root / "bare").mkdir()
    up = Up(found.root / "bare", found.state)
    code = up.ended()
    up.close()
    assert (code, found.state.exists()) == (1, False)
    assert "no client was found here" in up.said
