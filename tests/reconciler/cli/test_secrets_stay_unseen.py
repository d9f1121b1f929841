"""A secret in a client's file is printed by no command, whatever becomes of it."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.command_line import CommandLine

SECRET = "ghp_" + "".join(chr(97 + (i * 7) % 26) for i in range(36))
OTHER = "ghp_" + "".join(chr(97 + (i * 11) % 26) for i in range(36))


@pytest.fixture
def secretive(found: CommandLine) -> CommandLine:
    """The same server with two values of one secret in two clients, and a file that is broken around one."""
    for path, value in ((".claude.json", SECRET), (".qwen/settings.json", OTHER)):
        data = json.loads(found.path(path).read_text())
        data["mcpServers"]["tokened"] = {"command": "example-mcp-server", "args": ["--token", value], "env": {"API_TOKEN": value}}
        found.path(path).write_text(json.dumps(data, indent=2))
    return found


def unseen(machine: CommandLine) -> bool:
    heard = "".join(machine.heard)
    return SECRET not in heard and OTHER not in heard and len(heard) > 1000


def test_no_command_prints_a_secret(secretive: CommandLine) -> None:
    for words in ("init", "init --yes", "sync", "status", "diff", "plan", "conflicts", "gap list", "secrets list", "doctor"):
        secretive(*words.split())
        secretive(*words.split(), "--json")
    item = next(i for i in secretive("conflicts", "--json").data if i["entity"] == "mcp/tokened")
    secretive("resolve", item["id"], "--take", "local")
    for commit in secretive("history", "-n", "6", "--json").data:
        secretive("show", commit["revision"])
    for words in ("sync", "restore claude", "restore claude --whole-file", "diff", "sync", "status --json", "history"):
        secretive(*words.split())
    assert unseen(secretive)


def test_a_broken_file_with_a_secret_is_reported_without_it(secretive: CommandLine) -> None:
    secretive("init", "--yes")
    place = secretive.path(".claude.json")
    for bad in (f'{{"a": "{SECRET}"', f'{{"mcpServers": {SECRET}}}', f'{{"a": "{SECRET}", "a": "{SECRET}"}}', f"{SECRET}"):
        place.write_text(bad)
        for words in ("sync", "status --json"):
            secretive(*words.split())
    assert unseen(secretive)


def test_a_secret_in_a_commit_by_hand_is_not_printed_by_its_report(secretive: CommandLine) -> None:
    secretive("init", "--yes")
    secretive.commit({"mcp/new.yaml": f"command: npx\nevn: {{A: {SECRET}}}\nargs: {SECRET}\n"})
    for words in ("sync", "sync --json", "status", "status --json", "doctor"):
        secretive(*words.split())
    assert unseen(secretive)


def test_a_value_that_is_set_is_not_printed(secretive: CommandLine) -> None:
    secretive("init", "--yes")
    for words in ("secrets set mine", "secrets set mine --json"):
        secretive(*words.split(), given=SECRET)
    secretive("secrets", "list")
    assert unseen(secretive)
