"""Two values of one secret: a conflict until a person decides, however often everything is looked at."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.command_line import CommandLine

FIRST = "ghp_" + "".join(chr(97 + (i * 7) % 26) for i in range(36))
SECOND = "ghp_" + "".join(chr(97 + (i * 11) % 26) for i in range(36))
HOLDERS = {".claude.json": FIRST, ".qwen/settings.json": SECOND}


@pytest.fixture
def disagreeing(found: CommandLine) -> CommandLine:
    """One server with two values of its secret in two clients, adopted."""
    for path, value in HOLDERS.items():
        data = json.loads(found.path(path).read_text())
        data["mcpServers"]["tokened"] = {"command": "example-mcp-server", "env": {"API_TOKEN": value}}
        found.path(path).write_text(json.dumps(data, indent=2))
    found("init", "--yes")
    return found


def edited(machine: CommandLine) -> None:
    """An edit that has nothing to do with it, so that the next sync looks at everything."""
    place = machine.path(".codex/AGENTS.md")
    place.write_bytes(place.read_bytes() + b"\n- One more.\n")


def conflict(machine: CommandLine) -> list[str]:
    return [i["id"] for i in machine("conflicts", "--json").data if i["entity"] == "mcp/tokened"]


def test_each_client_keeps_its_own_value_while_it_waits(disagreeing: CommandLine) -> None:
    for _ in range(3):
        edited(disagreeing)
        disagreeing("sync")
    assert len(conflict(disagreeing)) == 1
    assert [value in disagreeing.path(path).read_text() for path, value in HOLDERS.items()] == [True, True]


def test_status_does_not_show_one_value_as_to_be_written_to_the_other(disagreeing: CommandLine) -> None:
    reasons = {c["reason"] for t in disagreeing("status", "--json").data["targets"] for c in t["conditions"]}
    assert not reasons & {"BehindMain", "LocalEdits"}


@pytest.mark.parametrize(("take", "value"), [("local", SECOND), ("central", FIRST)])
def test_decided_the_chosen_value_is_in_both(disagreeing: CommandLine, take: str, value: str) -> None:
    disagreeing("resolve", conflict(disagreeing)[0], "--take", take)
    assert [value in disagreeing.path(path).read_text() for path in HOLDERS] == [True, True]


def test_a_value_that_changes_in_one_client_follows_in_the_others_without_a_commit(disagreeing: CommandLine) -> None:
    disagreeing("resolve", conflict(disagreeing)[0], "--take", "central")
    main = disagreeing.git("rev-parse", "main")
    place = disagreeing.path(".claude.json")
    third = FIRST[::-1].replace("_phg", "") + "abcd"
    place.write_text(place.read_text().replace(FIRST, "ghp_" + third[:36]))
    disagreeing("sync")
    assert "ghp_" + third[:36] in disagreeing.path(".qwen/settings.json").read_text()
    assert disagreeing.git("rev-parse", "main") == main
