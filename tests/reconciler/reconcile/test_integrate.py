"""integrate: what merges lands, and nobody is asked."""

from __future__ import annotations

import json

import pytest

from reconciler.formats.edit import Insert
from tests.fakes.engine import CLIENTS, World, adopted


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def test_edits_of_two_fields_of_one_server_merge(world: World) -> None:
    world.change_server("claude", "one", command="changed")
    world.change_server("codex", "one", args=["a"])
    world.sync()
    assert world.waiting() == []
    assert all((s["command"], s["args"]) == ("changed", ["a"]) for s in (world.servers(c)["one"] for c in CLIENTS))


def test_the_same_edit_in_two_clients_is_no_conflict(world: World) -> None:
    world.change_server("claude", "one", args=["a"])
    world.change_server("codex", "one", args=["a"])
    world.sync()
    assert world.waiting() == []


def test_a_list_of_denied_tools_merges_as_a_set(world: World) -> None:
    world.change_server("codex", "one", disabled_tools=["a"])
    world.change_server("qwen", "one", excludeTools=["b"])
    world.sync()
    assert (world.central("mcp/one") or {})["tools"] == {"denied": ["a", "b"]}


def test_edits_of_two_sections_of_one_rule_merge(world: World) -> None:
    world.write(".claude/rules/style.md", "# A\n\n- one\n\n# B\n\n- two\n")
    world.sync()
    world.replace(".claude/rules/style.md", "- one", "- one, changed")
    world.replace(".codex/AGENTS.md", "- two", "- two, changed")
    world.sync()
    assert world.read(".claude/rules/style.md") == "# A\n\n- one, changed\n\n# B\n\n- two, changed\n"


def test_a_server_removed_in_one_client_while_another_changes_it_is_a_conflict(world: World) -> None:
    world.drop_server("claude", "one")
    world.change_server("codex", "one", args=["a"])
    world.sync()
    (item,) = world.waiting()
    assert (item.entity, item.path, item.central) == ("mcp/one", (), None)
    assert "one" in world.servers("codex")


def test_deny_beats_allow(world: World) -> None:
    world.write(".claude/settings.json", '{"permissions": {"allow": ["Bash(make:*)"]}}')
    world.edit(".qwen/settings.json", Insert(("permissions", "deny"), "Bash(make:*)"))
    world.sync()
    world.sync()
    assert {e for e in world.config("claude") if e.startswith("tools/")} == {"tools/deny shell:make"}
    assert json.loads(world.read(".claude/settings.json"))["permissions"] == {"allow": [], "deny": ["Bash(make:*)"]}


def test_the_message_says_what_a_deny_left_out(world: World) -> None:
    world.write(".claude/settings.json", '{"permissions": {"allow": ["Bash(make:*)"]}}')
    world.sync("claude")
    world.edit(".qwen/settings.json", Insert(("permissions", "deny"), "Bash(make:*)"))
    world.sync("qwen")
    assert "allow shell:make" in world.store.read(world.head).message
