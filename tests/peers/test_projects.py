"""Project scope with the real clients: they take what we write there, and what their own commands write is captured."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.peers.conftest import Client, search_path
from tests.peers.homes import DEAD, TRUE, VARIABLES, fill
from tests.scenarios.command_line import CommandLine

pytestmark = pytest.mark.long
CLIENTS = ("claude", "codex", "qwen")
SERVERS = {
    "projects/shop/mcp/stdio.yaml": f"command: {TRUE}\nargs: [--root, .]\nenv:\n  K: ${{env:K}}\n",
    "projects/shop/mcp/remote.yaml": f"url: {DEAD}/mcp\nheaders:\n  Authorization: Bearer ${{env:ALPHA_KEY}}\n",
    "projects/shop/mcp/off.yaml": f"command: {TRUE}\nenabled: false\n",
    "projects/shop/rules/style.md": "Short lines.\n",
    "projects/shop/tools/default.yaml": "allow:\n  - shell: [git, log]\ndeny:\n  - shell: [rm, -rf]\n",
}


@pytest.fixture
def shop(machine: CommandLine, claude: Client, codex: Client, qwen: Client) -> Path:
    """A project of three clients, in step, which codex and claude trust; their programs are asked in every pass."""
    fill(machine.home)
    machine.environ |= {"PATH": search_path(claude, codex, qwen), **VARIABLES}
    folder = machine.path("src/shop")
    (folder / ".git").mkdir(parents=True)
    config, state = machine.path(".codex/config.toml"), machine.path(".claude.json")
    config.write_text(config.read_text() + f'\n[projects."{folder}"]\ntrust_level = "trusted"\n')
    state.write_text(json.dumps({**json.loads(state.read_text()), "projects": {str(folder): {"hasTrustDialogAccepted": True}}}, indent=2))
    machine("init", "--yes", "--prefer", "claude")
    for client in CLIENTS:
        assert machine("clients", "add", client, "--project", str(folder), "--yes").code in (0, 3)
    machine.commit(SERVERS)
    machine("sync")
    return folder


def state_of(machine: CommandLine, client: str) -> list[str]:
    targets = machine("status", "--json").data["targets"]
    return [c["reason"] for c in next(t for t in targets if t["id"].endswith(f"/{client}/project:shop"))["conditions"]]


def central(machine: CommandLine, name: str) -> dict[str, Any]:
    import yaml

    loaded: dict[str, Any] = yaml.safe_load(machine.git("show", f"main:projects/shop/mcp/{name}.yaml"))
    return loaded


def test_codex_takes_the_project_that_it_trusts(machine: CommandLine, shop: Path, codex: Client) -> None:
    listed = {s["name"]: s for s in json.loads(codex(machine.home, "mcp", "list", "--json", cwd=shop).stdout)}
    assert {"stdio", "remote", "off"} <= listed.keys()
    assert listed["off"]["enabled"] is False
    strict = codex(machine.home, "app-server", "--strict-config", "-c", "features.plugins=false", cwd=shop)
    assert strict.returncode == 0, strict.stderr
    for file in (shop / ".codex/rules").glob("*.rules"):
        answer = codex(machine.home, "execpolicy", "check", "--rules", str(file), "rm", "-rf", "x", cwd=shop)
        assert "forbidden" in answer.stdout
    assert state_of(machine, "codex") == ["InSync"]


def test_codex_ignores_a_project_that_it_does_not_trust_as_status_says(machine: CommandLine, shop: Path, codex: Client) -> None:
    config = machine.path(".codex/config.toml")
    config.write_text(config.read_text().replace('trust_level = "trusted"', 'trust_level = "untrusted"'))
    assert "stdio" not in {s["name"] for s in json.loads(codex(machine.home, "mcp", "list", "--json", cwd=shop).stdout)}
    assert state_of(machine, "codex") == ["AwaitingTrust"]


def test_claude_holds_nothing_against_the_project(machine: CommandLine, shop: Path, claude: Client) -> None:
    done = claude(machine.home, "doctor", cwd=shop, env={**VARIABLES, "K": "1"})
    assert (done.returncode, "Invalid settings" in done.stdout) == (0, False), done.stdout
    assert state_of(machine, "claude") == ["InSync"]


def test_qwen_reads_the_project_and_one_definition_of_each_server(machine: CommandLine, shop: Path, qwen: Client) -> None:
    """`.mcp.json` is read by qwen too: a name that stands in both is listed once, as its own file has it."""
    listed = [line for line in qwen(machine.home, "mcp", "list", cwd=shop, env=VARIABLES).stdout.splitlines() if " remote: " in line]
    assert len(listed) == 1
    assert "(http)" in listed[0]


ADDED = {
    "claude": ("mcp", "add", "-s", "project", "new", "-e", "MODE=dev", "--", "true", "--flag"),
    "qwen": ("mcp", "add", "-s", "project", "new", "true", "--", "--flag"),
}


@pytest.mark.parametrize("client", ADDED)
def test_what_a_clients_own_command_adds_to_the_project_reaches_the_others(machine: CommandLine, shop: Path, client: str, claude: Client, qwen: Client) -> None:
    program = {"claude": claude, "qwen": qwen}[client]
    done = program(machine.home, *ADDED[client], cwd=shop, env={**VARIABLES, "K": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    machine("sync")
    assert central(machine, "new")["command"] == "true"
    assert central(machine, "stdio")["env"] == {"K": "${env:K}"}
    assert tomllib.loads((shop / ".codex/config.toml").read_text())["mcp_servers"]["new"]["command"] == "true"
    others = [json.loads((shop / p).read_text())["mcpServers"]["new"]["command"] for p in (".mcp.json", ".qwen/settings.json")]
    assert others == ["true", "true"]


def test_a_server_for_claude_alone_does_not_reach_qwen_by_the_file_that_it_reads_too(machine: CommandLine, shop: Path, qwen: Client) -> None:
    machine.commit({"projects/shop/overlays/client/claude/mcp/mine.yaml": f"command: {TRUE}\n"})
    machine("sync")
    listed = qwen(machine.home, "mcp", "list", cwd=shop, env=VARIABLES).stdout
    assert (" stdio: " in listed, " mine: " in listed) == (True, False), listed
    assert set(state_of(machine, "claude")) == {"CannotHold"}


def test_what_claude_adds_to_its_local_scope_goes_both_ways_and_stays_with_claude(machine: CommandLine, shop: Path, claude: Client) -> None:
    """`claude mcp add` writes there unless it is told otherwise."""
    done = claude(machine.home, "mcp", "add", "mine", "--", TRUE, "--flag", cwd=shop, env=VARIABLES)
    assert done.returncode == 0, done.stdout + done.stderr
    machine("sync")
    (path,) = (p for p in machine.git("ls-tree", "-r", "--name-only", "main").splitlines() if p.endswith("/local/claude/mcp/mine.yaml"))
    assert not [p for p, data in machine.bytes_below().items() if p.startswith("src/") and b"--flag" in data]
    machine.commit({path: machine.git("show", f"main:{path}").replace("--flag", "--changed")})
    machine("sync")
    said = claude(machine.home, "mcp", "get", "mine", cwd=shop, env=VARIABLES).stdout
    assert ("Local config" in said, "--changed" in said) == (True, True), said
    assert claude(machine.home, "mcp", "remove", "mine", "-s", "local", cwd=shop, env=VARIABLES).returncode == 0
    machine("sync")
    assert path not in machine.git("ls-tree", "-r", "--name-only", "main").splitlines()


def test_claude_takes_its_local_server_before_the_project_s_of_that_name(machine: CommandLine, shop: Path, claude: Client) -> None:
    machine.commit({"projects/shop/mcp/mine.yaml": f"command: {TRUE}\nargs: [--of-the-project]\n"})
    machine("sync")
    assert "mine" in json.loads((shop / ".mcp.json").read_text())["mcpServers"]
    claude(machine.home, "mcp", "add", "mine", "--", TRUE, "--of-this-person", cwd=shop, env=VARIABLES)
    assert "--of-this-person" in claude(machine.home, "mcp", "get", "mine", cwd=shop, env=VARIABLES).stdout
