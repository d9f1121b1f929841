"""What the clients' own ``mcp add`` and ``mcp remove`` write is captured, and only what the person meant by it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.peers.answers import CLIENTS, servers, target_of
from tests.peers.conftest import Client, Installed
from tests.peers.homes import DEAD, TRUE, VARIABLES, fill
from tests.scenarios.command_line import CommandLine

USER = ("-s", "user")


@dataclass(frozen=True)
class Added:
    """A client's own command that adds the server ``new``, what it means, and how the others must have it then."""

    client: str
    words: tuple[str, ...]
    fields: dict[str, Any]
    others: dict[str, Any] = field(default_factory=dict)
    """Native entries; None where the client cannot hold it."""


_REMOTE = {"X-Team": "équipe", "Authorization": "Bearer ${ALPHA_KEY}"}
ADDED = {
    "claude stdio": Added(
        "claude",
        ("add", *USER, "new", "-e", "MODE=dev", "--", "true", "--flag", 'two "words"'),
        {"transport": "stdio", "command": "true", "args": ["--flag", 'two "words"'], "env": {"MODE": "dev"}},
        {
            "codex": {"command": "true", "args": ["--flag", 'two "words"'], "env": {"MODE": "dev"}},
            "qwen": {"command": "true", "args": ["--flag", 'two "words"'], "env": {"MODE": "dev"}},
            "acli": {"command": "true", "args": ["--flag", 'two "words"'], "env": {"MODE": "dev"}, "transport": "stdio"},
        },
    ),
    "claude http": Added(
        "claude",
        ("add", *USER, "new", "--transport", "http", f"{DEAD}/n", "--header", "X-Team: équipe", "--header", "Authorization: Bearer ${ALPHA_KEY}"),
        {"transport": "http", "url": f"{DEAD}/n", "headers": {"X-Team": "équipe", "Authorization": "Bearer ${env:ALPHA_KEY}"}},
        {
            "codex": {"url": f"{DEAD}/n", "http_headers": {"X-Team": "équipe"}, "bearer_token_env_var": "ALPHA_KEY"},
            "qwen": {"httpUrl": f"{DEAD}/n", "headers": _REMOTE},
            "acli": {"url": f"{DEAD}/n", "headers": _REMOTE, "transport": "http"},
        },
    ),
    "claude sse": Added(
        "claude",
        ("add", *USER, "new", "--transport", "sse", f"{DEAD}/n", "--header", "X-Api-Key: ${BETA_KEY}"),
        {"transport": "sse", "url": f"{DEAD}/n", "headers": {"X-Api-Key": "${env:BETA_KEY}"}},
        {"codex": None, "qwen": {"url": f"{DEAD}/n", "headers": {"X-Api-Key": "${BETA_KEY}"}}},
    ),
    "claude ws": Added(
        "claude",
        ("add-json", *USER, "new", '{"type":"ws","url":"ws://127.0.0.1:9/n","headers":{"X-A":"b"}}'),
        {"transport": "ws", "url": "ws://127.0.0.1:9/n", "headers": {"X-A": "b"}},
        {"codex": None, "qwen": None, "acli": None},
    ),
    "codex stdio": Added(
        "codex",
        ("add", "new", "--env", "MODE=dev", "--", "true", "-v", "a b"),
        {"transport": "stdio", "command": "true", "args": ["-v", "a b"], "env": {"MODE": "dev"}},
        {
            "claude": {"type": "stdio", "command": "true", "args": ["-v", "a b"], "env": {"MODE": "dev"}},
            "qwen": {"command": "true", "args": ["-v", "a b"], "env": {"MODE": "dev"}},
        },
    ),
    "codex http": Added(
        "codex",
        ("add", "new", "--url", f"{DEAD}/n", "--bearer-token-env-var", "BETA_KEY"),
        {"transport": "http", "url": f"{DEAD}/n", "headers": {"Authorization": "Bearer ${env:BETA_KEY}"}},
        {
            "claude": {"type": "http", "url": f"{DEAD}/n", "headers": {"Authorization": "Bearer ${BETA_KEY}"}},
            "qwen": {"httpUrl": f"{DEAD}/n", "headers": {"Authorization": "Bearer ${BETA_KEY}"}},
        },
    ),
    "qwen stdio": Added(
        "qwen",
        ("add", *USER, "new", "true", "x", "-e", "MODE=dev", "--timeout", "5000", "--exclude-tools", "rm", "--trust"),
        {"transport": "stdio", "command": "true", "args": ["x"], "env": {"MODE": "dev"}, "timeouts": {"tool_ms": 5000}, "tools": {"denied": ["rm"]}},
        {
            "claude": None,  # it would show the denied tool
            "codex": {"command": "true", "args": ["x"], "env": {"MODE": "dev"}, "tool_timeout_sec": 5, "disabled_tools": ["rm"]},
        },
    ),
    "qwen http": Added(
        "qwen",
        ("add", *USER, "new", "--transport", "http", f"{DEAD}/n", "-H", "X-Api-Key: $GAMMA_KEY"),
        {"transport": "http", "url": f"{DEAD}/n", "headers": {"X-Api-Key": "${env:GAMMA_KEY}"}},
        {
            "claude": {"type": "http", "url": f"{DEAD}/n", "headers": {"X-Api-Key": "${GAMMA_KEY}"}},
            "codex": {"url": f"{DEAD}/n", "env_http_headers": {"X-Api-Key": "GAMMA_KEY"}},
        },
    ),
    "qwen sse": Added(
        "qwen",
        ("add", *USER, "new", "--transport", "sse", f"{DEAD}/n"),
        {"transport": "sse", "url": f"{DEAD}/n"},
        {"claude": {"type": "sse", "url": f"{DEAD}/n"}, "codex": None},
    ),
}


@pytest.fixture
def settled(machine: CommandLine) -> CommandLine:
    fill(machine.home)
    machine.environ.update(VARIABLES)
    assert machine("init", "--yes").code == 3  # gaps
    return machine


def _run(client: Client, machine: CommandLine, *words: str) -> None:
    done = client(machine.home, "mcp", *words, env=VARIABLES)
    assert done.returncode == 0, done.stderr


def _head(machine: CommandLine) -> str:
    return machine.git("rev-parse", "main").strip()


def _changes(machine: CommandLine) -> dict[str, dict[str | None, Any]]:
    """What the newest commit of main changed: entity to its fields."""
    out: dict[str, dict[str | None, Any]] = {}
    for row in machine("show", _head(machine), "--json").data["changes"]:
        out.setdefault(row["entity"], {})[row["field"]] = row["after"]
    return out


def _repository(machine: CommandLine) -> str:
    """Every object of the repository, as text."""
    names = [line.split()[0] for line in machine.git("cat-file", "--batch-all-objects", "--batch-check").splitlines() if " blob " in line or " commit " in line]
    return "".join(machine.git("cat-file", "-p", name) for name in names)


_SELDOM = ("claude sse", "claude ws", "codex http", "qwen sse")


@pytest.mark.parametrize("added", [pytest.param(a, id=name, marks=[pytest.mark.long] * (name in _SELDOM)) for name, a in ADDED.items()])
def test_a_server_added_by_a_client_itself_reaches_the_others_whole_and_leaves_with_its_remove(settled: CommandLine, installed: Installed, added: Added) -> None:
    client, before = installed(added.client), {c: servers(settled.home, c) for c in CLIENTS}
    start = _head(settled)
    _run(client, settled, *added.words)
    assert target_of(settled("sync", "--json").data, added.client)["outcome"] == "captured"
    assert _changes(settled) == {"mcp/new": {None: added.fields}}
    assert settled.git("rev-list", "--count", "--first-parent", f"{start}..main").strip() == "1"
    for other, entry in added.others.items():
        assert servers(settled.home, other).get("new") == entry, other

    _run(client, settled, "remove", *(USER if added.client != "codex" else ()), "new")
    settled("sync")
    assert set(_changes(settled)) == {"mcp/new"}
    for other in CLIENTS:
        assert _meaning(servers(settled.home, other)) == _meaning(before[other]), other
    assert not [value for value in VARIABLES.values() if value in _repository(settled)]


def _meaning(entries: dict[str, Any]) -> str:
    """qwen's references come back in braces after it resolved them; codex writes 30 as 30.0 and sorts lists of keys."""
    text = json.dumps(entries, sort_keys=True).replace(".0,", ",").replace(".0}", "}")
    for name in VARIABLES:
        text = text.replace(f'"${name}"', f'"${{{name}}}"')
    return text


def test_the_tables_that_codex_rewrites_are_no_change(settled: CommandLine, codex: Client) -> None:
    config = settled.path(".codex/config.toml")
    config.write_text(config.read_text().replace('cwd = "/srv"\n', 'cwd = "/srv" # here\nrequired = false\nsupports_parallel_tool_calls = false\nenvironment_id = "local"\n'))
    settled("sync")
    head, was = _head(settled), config.read_text()
    _run(codex, settled, "add", "gone", "--", "true")
    _run(codex, settled, "remove", "gone")
    now = config.read_text()
    assert "# why it is here" in was
    assert "# why it is here" not in now  # the client rewrote them all
    report = settled("sync", "--json").data
    assert (_head(settled), config.read_text()) == (head, now), settled.git("log", "-1", "-p", "main")
    assert {t["outcome"] for t in report["targets"]} == {"unchanged"}


def test_the_values_that_qwen_resolves_are_put_back_as_references(settled: CommandLine, qwen: Client) -> None:
    settings = settled.path(".qwen/settings.json")
    _run(qwen, settled, "add", *USER, "plain", "true")
    assert "alpha-resolved" in settings.read_text()
    assert target_of(settled("sync", "--json").data, "qwen")["outcome"] == "captured"
    assert not [value for value in VARIABLES.values() if value in settings.read_text()]
    assert servers(settled.home, "qwen")["q-stdio"]["env"] == {"K": "${BETA_KEY}", "L": "${ALPHA_KEY}"}
    assert set(_changes(settled)) == {"mcp/plain"}
    assert not [value for value in VARIABLES.values() if value in _repository(settled)]


@pytest.mark.parametrize("known", [{}, pytest.param({"ALPHA_KEY": "another-value"}, marks=pytest.mark.long)], ids=["nothing", "another value"])
def test_the_values_are_put_back_where_only_the_shell_of_qwen_knew_them(settled: CommandLine, qwen: Client, known: dict[str, str]) -> None:
    """One variable is set there, and the others nowhere; our own process knows ``known``."""
    settled.environ.clear()
    settled.environ.update(known)
    before = {client: servers(settled.home, client) for client in CLIENTS}
    only = {"ALPHA_KEY": VARIABLES["ALPHA_KEY"]}
    for words in (("add", *USER, "plain", "true"), ("remove", *USER, "plain")):
        assert qwen(settled.home, "mcp", *words, env=only).returncode == 0
        assert only["ALPHA_KEY"] in settled.path(".qwen/settings.json").read_text()
        assert target_of(settled("sync", "--json").data, "qwen")["outcome"] == "captured"
        assert set(_changes(settled)) == {"mcp/plain"}
        assert only["ALPHA_KEY"] not in settled.path(".qwen/settings.json").read_text() + _repository(settled)
    assert {client: _meaning(servers(settled.home, client)) for client in CLIENTS} == {client: _meaning(entries) for client, entries in before.items()}


def test_what_the_clients_write_when_they_are_only_asked_is_no_change(settled: CommandLine, claude: Client, qwen: Client, codex: Client) -> None:
    head = _head(settled)
    assert settled.path(".claude.json").read_text().count("machineID") == settled.path(".qwen/settings.json").read_text().count("$version") == 0
    claude(settled.home, "doctor", env=VARIABLES)
    qwen(settled.home, "extensions", "list", env=VARIABLES)
    qwen(settled.home, "mcp", "list", env=VARIABLES)
    codex(settled.home, "mcp", "list")
    files = {name: settled.path(name).read_bytes() for name in (".claude.json", ".qwen/settings.json", ".codex/config.toml")}
    assert b"machineID" in files[".claude.json"]
    assert b"$version" in files[".qwen/settings.json"]
    report = settled("sync", "--json").data
    assert {t["outcome"] for t in report["targets"]} == {"unchanged"}
    assert _head(settled) == head
    assert {name: settled.path(name).read_bytes() for name in files} == files


def test_a_server_that_claude_keeps_for_one_folder_is_not_taken(settled: CommandLine, claude: Client) -> None:
    head = _head(settled)
    _run(claude, settled, "add", "for-here", "--", TRUE)
    assert target_of(settled("sync", "--json").data, "claude")["outcome"] == "unchanged"
    assert _head(settled) == head


def test_a_token_given_to_a_clients_own_command_reaches_the_others_and_not_the_repository(settled: CommandLine, claude: Client) -> None:
    token = "ghp_" + "A1b2C3d4E5f6" * 3
    _run(claude, settled, "add", *USER, "new", "-e", f"API_TOKEN={token}", "--", "true", "--api-key", token)
    settled("sync")
    assert servers(settled.home, "codex")["new"] == {"command": "true", "args": ["--api-key", token], "env": {"API_TOKEN": token}}
    assert token not in _repository(settled) + "".join(settled.heard)
