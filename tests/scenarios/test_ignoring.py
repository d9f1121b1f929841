"""A person sees a difference, makes a rule of it by the command that is shown, and takes it back. Real files, real Git."""

from __future__ import annotations

import json
import shlex
from typing import Any

from tests.scenarios.command_line import CommandLine


def server(machine: CommandLine, client_file: str = ".claude.json", name: str = "mine") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(machine.path(client_file).read_text())["mcpServers"][name]
    return found


def put(machine: CommandLine, **keys: Any) -> None:
    path = machine.path(".claude.json")
    data = json.loads(path.read_text())
    data["mcpServers"]["mine"] = {**data["mcpServers"].get("mine", {}), **keys}
    path.write_text(json.dumps(data, indent=2))


def suggested(machine: CommandLine) -> list[str]:
    """The words of the command that `diff` shows."""
    line = next(line for line in machine("diff", "claude").out.splitlines() if "reconciler ignore add" in line)
    return shlex.split(line[line.index("reconciler ") :])[1:]


def test_from_a_shown_difference_to_a_rule_and_back(adopted: CommandLine) -> None:
    put(adopted, command="example-mcp-server", env={"MODE": "a"})
    adopted("sync")
    put(adopted, env={"MODE": "b"})
    words = suggested(adopted)
    assert words == ["ignore", "add", "mcp/mine.env.MODE", "--client", "claude"]

    said = adopted(*words, "--reason", "only there", "--json")
    assert {k: said.data[k] for k in ("in_force", "entities", "fields")} == {"in_force": True, "entities": 0, "fields": 1}
    assert "no differences" in adopted("diff", "claude").out
    before = adopted.bytes_below()
    assert {t["outcome"] for t in adopted("sync", "--json").data["targets"]} == {"unchanged"}
    assert adopted.bytes_below() == before
    assert server(adopted, ".qwen/settings.json")["env"] == {"MODE": "a"}

    rules = adopted("ignore", "list", "--json").data
    assert rules == [{"match": "mcp/mine.env.MODE", "client": "claude", "reason": "only there", "in_force": True, "entities": 0, "fields": 1}]
    assert "1 field" in adopted("ignore", "list").out

    assert adopted("ignore", "rm", "mcp/mine.env.MODE").code == 0
    adopted("sync")
    assert server(adopted, ".qwen/settings.json")["env"] == {"MODE": "b"}


def test_a_rule_that_matches_nothing_says_so(adopted: CommandLine) -> None:
    assert "it matches nothing" in adopted("ignore", "add", "mcp/not-there").out
    assert "nothing" in adopted("ignore", "list").out


def test_a_mistake_in_a_rule_is_told_in_one_line(adopted: CommandLine) -> None:
    said = adopted("ignore", "rm", "mcp/not-there")
    assert (said.code, said.err) == (1, "error: mcp/not-there: there is no such rule; see `reconciler ignore list`\n")
    assert adopted("ignore", "add", "mcp/x", "--client", "nobody").code == 1
