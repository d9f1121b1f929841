"""Whole passes with the real clients on the search path: nothing configured is started, and a refusal stops one client alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.peers.answers import servers, target_of
from tests.peers.conftest import Client, search_path
from tests.peers.homes import VARIABLES, fill
from tests.peers.test_check_starts_nothing import marking
from tests.scenarios.command_line import CommandLine

CONFIG = ".codex/config.toml"


@pytest.fixture
def watched(machine: CommandLine, claude: Client, codex: Client, qwen: Client) -> CommandLine:
    """A machine whose passes ask all three clients."""
    fill(machine.home)
    machine.environ |= {"PATH": search_path(claude, codex, qwen), **VARIABLES}
    return machine


def _added_in_claude(machine: CommandLine, name: str, command: str) -> None:
    state = json.loads(machine.path(".claude.json").read_text())
    state["mcpServers"][name] = {"type": "stdio", "command": command, "args": [], "env": {}}
    machine.path(".claude.json").write_text(json.dumps(state, indent=2, ensure_ascii=False))


def _with(machine: CommandLine, old: str, new: str) -> bytes:
    config = machine.path(CONFIG)
    assert old in config.read_text()
    config.write_text(config.read_text().replace(old, new, 1))
    return config.read_bytes()


def test_neither_adoption_nor_a_pass_starts_a_configured_server(watched: CommandLine, tmp_path: Path) -> None:
    mark, script = marking(tmp_path)
    for name in (".claude.json", CONFIG, ".qwen/settings.json"):
        path = watched.path(name)
        path.write_text(path.read_text().replace("/usr/bin/true", str(script)))
    assert watched("init", "--yes").code == 3
    _added_in_claude(watched, "late", str(script))
    assert watched("sync", "--json").code == 3
    assert all(servers(watched.home, c)["late"]["command"] == str(script) for c in ("codex", "qwen"))
    assert not mark.exists()
    assert any((watched.state / "checks").rglob("*"))  # the clients were asked


def test_a_file_that_codex_refuses_stalls_codex_alone_with_its_reason_and_is_left_as_it_is(watched: CommandLine) -> None:
    watched("init", "--yes")
    was = _with(watched, '"on-request"', '"whenever"')
    _added_in_claude(watched, "late", "true")
    said = watched("sync", "--json")
    stalled = target_of(said.data, "codex")
    (problem,) = stalled["problems"]
    assert (said.code, stalled["outcome"], stalled["written"]) == (1, "stalled", [])
    assert (problem["file"], problem["line"], problem["column"]) == (str(watched.path(CONFIG)), 2, 19)
    assert "expected one of `untrusted`" in problem["reason"]
    assert watched.path(CONFIG).read_bytes() == was
    assert {t["outcome"] for t in said.data["targets"]} == {"captured", "stalled", "converged"}
    assert "late" in servers(watched.home, "qwen")
    _with(watched, '"whenever"', '"on-request"')
    assert target_of(watched("sync", "--json").data, "codex")["outcome"] == "converged"
    assert "late" in servers(watched.home, "codex")


@pytest.mark.long
def test_all_files_of_a_refused_target_are_left_as_they_are(watched: CommandLine) -> None:
    watched("init", "--yes")
    _with(watched, 'model = "gpt-5"', "model = 5")
    was = watched.bytes_below(".codex")
    watched.commit({"tools/more.yaml": "deny:\n  - shell: [wget]\n", "rules/late.md": "# Late\n\n- Late.\n", "mcp/late.yaml": "command: true-late\n"})
    assert target_of(watched("sync", "--json").data, "codex")["outcome"] == "stalled"
    assert watched.bytes_below(".codex") == was


@pytest.mark.long
def test_the_refused_edit_beside_a_server_does_not_keep_the_server_from_the_others(watched: CommandLine) -> None:
    watched("init", "--yes")
    _with(watched, "[tools]", '[mcp_servers.beside]\ncommand = "true"\n\n[tools]')
    was = _with(watched, '"on-request"', '"whenever"')
    watched("sync")
    assert "beside" in servers(watched.home, "claude")
    assert watched.path(CONFIG).read_bytes() == was


@pytest.mark.long
def test_a_file_of_the_person_that_is_not_in_the_scratch_home_is_no_refusal(watched: CommandLine) -> None:
    watched("init", "--yes")
    watched.path(".codex/mine.md").write_text("mine\n")
    _with(watched, "model =", 'model_instructions_file = "mine.md"\nmodel =')
    _added_in_claude(watched, "late", "true")
    assert target_of(watched("sync", "--json").data, "codex")["outcome"] == "converged"
    assert "late" in servers(watched.home, "codex")
