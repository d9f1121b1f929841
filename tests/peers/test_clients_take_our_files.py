"""The real clients read what our command line wrote: after adoption, and after edits from each side."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.peers.answers import listed_by, said_by, servers, target_of, unexplained
from tests.peers.conftest import Client, Installed
from tests.peers.homes import DEAD, TRUE, VARIABLES, fill
from tests.scenarios.command_line import CommandLine, Forks, with_samples


@dataclass(frozen=True)
class Told:
    """A machine and the report of its last pass."""

    machine: CommandLine
    report: dict[str, Any]

    @property
    def home(self) -> Path:
        return self.machine.home


def _adopted(machine: CommandLine) -> None:
    machine.home.mkdir(parents=True)
    fill(machine.home)
    assert machine("init", "--yes").code == 3  # gaps


def _samples(machine: CommandLine) -> None:
    with_samples(machine.home)
    for file in (".claude.json", ".qwen/settings.json", ".codex/config.toml", ".rovodev/mcp.json"):
        path = machine.path(file)
        harmless = path.read_text().replace('"example-mcp-server"', f'"{TRUE}"').replace('"wss://ws.example.invalid', '"ws://127.0.0.1:9')
        for host in ("docs", "legacy", "oauth"):
            harmless = harmless.replace(f"https://{host}.example.invalid", DEAD)
        path.write_text(harmless)
    assert machine("init", "--yes", "--prefer", "claude").code == 3


def _edited(machine: CommandLine) -> None:
    _adopted(machine)
    for edit in (_in_claude, _in_codex, _in_qwen, _in_acli, _in_the_repository):
        edit(machine)
        said = machine("sync", "--json")
        assert said.code == 3, said.out
    _changed(machine, ".claude.json", ('"--new"', '"--newer"'))
    assert machine("sync", "--json").code == 3


def _changed(machine: CommandLine, file: str, *swaps: tuple[str, str]) -> None:
    text = machine.path(file).read_text()
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    machine.path(file).write_text(text)


def _in_claude(machine: CommandLine) -> None:
    state = json.loads(machine.path(".claude.json").read_text())
    state["mcpServers"]["from-claude"] = {"type": "stdio", "command": "true", "args": ["--new", 'a "b" \\ c', "é"], "env": {"MODE": "dev", "EMPTY": ""}}
    state["mcpServers"]["c-http"]["headers"]["X-Team"] = "zwei"
    del state["mcpServers"]["c-oauth"]
    machine.path(".claude.json").write_text(json.dumps(state, indent=2, ensure_ascii=False))
    settings = json.loads(machine.path(".claude/settings.json").read_text())
    settings["permissions"]["deny"] += ["Bash(wget:*)", "WebFetch(domain:bad.example.invalid)", "mcp__c-stdio__drop"]
    settings["permissions"]["allow"] += ["Bash(cargo test:*)"]
    settings["permissions"]["ask"] = ["Bash(git push:*)", "Bash(docker run:*)"]
    machine.path(".claude/settings.json").write_text(json.dumps(settings, indent=4))
    machine.path(".claude/rules/shared.md").write_text("# Shared\n\n- For everybody.\n")


def _in_codex(machine: CommandLine) -> None:
    new = f'[mcp_servers.from-codex]\nurl = "{DEAD}/cx"\nenv_http_headers = {{ X-Key = "GAMMA_KEY" }}\ntool_timeout_sec = 1.5\n\n[tools]'
    swaps = ((f'url = "{DEAD}/x"', f'url = "{DEAD}/x2"'), ("tool_timeout_sec = 5", "tool_timeout_sec = 6"), ("[tools]", new))
    _changed(machine, ".codex/config.toml", *swaps, (f'[mcp_servers.a-http]\nurl = "{DEAD}/a"', f'[mcp_servers.a-http]\nurl = "{DEAD}/a"\nenabled = false'))
    with machine.path(".codex/rules/default.rules").open("a") as rules:
        rules.write('prefix_rule(pattern = ["make", ["test", "lint"]], decision = "allow")\n')


def _in_qwen(machine: CommandLine) -> None:
    new = '"from-qwen": { "command": "true", "args": ["q"], "excludeTools": ["rm"], "timeout": 900 },\n        "q-stdio": {'
    _changed(machine, ".qwen/settings.json", ('"q-stdio": {', new), ('"timeout": 700', '"timeout": 800'), ('"excluded": [', '"excluded": ["c-http", '))


def _in_acli(machine: CommandLine) -> None:
    found = json.loads(machine.path(".rovodev/mcp.json").read_text())
    found["mcpServers"]["from-acli"] = {"command": "true", "args": ["--a"], "env": {"MODE": "x"}, "transport": "stdio"}
    machine.path(".rovodev/mcp.json").write_text(json.dumps(found, indent=2, ensure_ascii=False))


def _in_the_repository(machine: CommandLine) -> None:
    server = "transport: http\nurl: http://127.0.0.1:9/main\nheaders:\n  Authorization: Bearer ${env:ALPHA_KEY}\ntimeouts:\n  startup_ms: 20\n  tool_ms: 1500\n"
    machine.commit({"mcp/from-main.yaml": server, "rules/main.md": "# Main\n\n- From the repository.\n"})


STAGES: dict[str, Callable[[CommandLine], None]] = {"samples": _samples, "adopted": _adopted, "edited": _edited}


@pytest.fixture(scope="module")
def stages(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """The machine of a stage, made once, and the report of a pass that had nothing to write."""

    @cache
    def stage(name: str) -> Told:
        machine = CommandLine(forks, tmp_path_factory.mktemp(name), environ=dict(VARIABLES))
        STAGES[name](machine)
        said = machine("sync", "--json")
        assert all(not t["written"] for t in said.data["targets"])
        return Told(machine, said.data)

    return stage


@pytest.fixture(params=["samples", pytest.param("adopted", marks=pytest.mark.long), "edited"])
def told(request: pytest.FixtureRequest, stages: Callable[[str], Told]) -> Told:
    return stages(request.param)


@pytest.fixture
def edited(stages: Callable[[str], Told]) -> CommandLine:
    return stages("edited").machine


@pytest.mark.parametrize("name", ["claude", "codex", "qwen"])
def test_a_client_takes_every_file_that_we_wrote(told: Told, installed: Installed, name: str) -> None:
    assert said_by(installed(name), told.home) == ""


@pytest.mark.parametrize("name", ["claude", "codex", "qwen"])
def test_a_client_lists_every_server_that_it_was_given(told: Told, installed: Installed, name: str) -> None:
    assert listed_by(installed(name), told.home) == set(servers(told.home, name))
    assert not unexplained(told.home, name, told.report)


def test_codex_sees_a_stdio_server_as_claude_has_it(edited: CommandLine, codex: Client) -> None:
    (seen,) = (s for s in json.loads(codex(edited.home, "mcp", "list", "--json").stdout) if s["name"] == "from-claude")
    assert (seen["enabled"], seen["transport"]["command"], seen["transport"]["args"]) == (True, "true", ["--newer", 'a "b" \\ c', "é"])
    assert seen["transport"]["env"] == {"MODE": "dev", "EMPTY": ""}


def test_codex_sees_references_as_variables_and_milliseconds_as_seconds(edited: CommandLine, codex: Client) -> None:
    seen = {s["name"]: s for s in json.loads(codex(edited.home, "mcp", "list", "--json").stdout)}
    assert seen["from-main"]["transport"]["bearer_token_env_var"] == "ALPHA_KEY"
    assert (seen["from-main"]["startup_timeout_sec"], seen["from-main"]["tool_timeout_sec"]) == (0.02, 1.5)
    assert seen["q-http"]["transport"]["env_http_headers"] == {"X-Api-Key": "GAMMA_KEY"}


def test_codex_sees_a_server_off_that_qwen_excluded(edited: CommandLine, codex: Client) -> None:
    seen = {s["name"]: s["enabled"] for s in json.loads(codex(edited.home, "mcp", "list", "--json").stdout)}
    assert seen["c-http"] is False


def test_claude_shows_a_server_of_codex_whole(edited: CommandLine, claude: Client) -> None:
    shown = claude(edited.home, "mcp", "get", "from-codex", env=VARIABLES).stdout
    assert all(text in shown for text in ("Type: http", f"URL: {DEAD}/cx", "X-Key: "))


@pytest.mark.parametrize(
    ("command", "decision"),
    [("wget x", "forbidden"), ("rm -rf /", "forbidden"), ("sudo ls", "forbidden"), ("docker run x", "prompt"), ("cargo test -q", "allow"), ("make test", "allow")],
)
def test_codex_decides_on_a_command_as_the_others_were_told(edited: CommandLine, codex: Client, command: str, decision: str) -> None:
    rules = edited.path(".codex/rules/default.rules")
    answer = codex(edited.home, "execpolicy", "check", "--rules", str(rules), *command.split())
    assert json.loads(answer.stdout).get("decision") == decision


def test_a_client_that_cannot_switch_off_is_told_of_as_a_gap(edited: CommandLine) -> None:
    report = edited("sync", "--json").data
    assert {"mcp/a-http", "mcp/c-http"} <= {d["entity"] for d in target_of(report, "claude")["dropped"] if d["kind"] == "gap"}
