"""A second machine joins a repository with a history: what is its own stays on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.engine import World

Pair = tuple[World, World]


@pytest.fixture
def pair() -> Pair:
    """The first machine is adopted, the second is not yet."""
    first = World()
    first.put_server("claude", "shared")
    first.write(".claude/CLAUDE.md", "# Of the first\n")
    first.write(".claude/rules/style.md", "# Style of the first\n")
    first.adopt()
    second = World(store=first.store, clock=first.clock)
    second.ports = replace(second.ports, store=first.store, machine="laptop-2")
    return first, second


def test_it_gets_what_is_shared(pair: Pair) -> None:
    pair[1].adopt()
    assert "shared" in pair[1].servers("codex")


def test_its_own_servers_go_to_its_overlay(pair: Pair) -> None:
    first, second = pair
    second.put_server("claude", "mine")
    second.adopt()
    first.sync()
    assert "overlays/machine/laptop-2/mcp/mine.yaml" in second.main()
    assert "mine" not in first.servers("claude")


@pytest.mark.parametrize("path", [".claude/CLAUDE.md", ".claude/rules/style.md"])
def test_texts_of_both_stay_as_they_are(pair: Pair, path: str) -> None:
    first, second = pair
    second.write(path, "# Of the second\n")
    mine = first.read(path)
    second.adopt()
    first.sync()
    assert (first.read(path), second.read(path)) == (mine, "# Of the second\n")


def test_its_allows_stay_on_it(pair: Pair) -> None:
    first, second = pair
    second.write(".claude/settings.json", '{"permissions": {"allow": ["Bash(make:*)"]}}')
    second.adopt()
    first.sync()
    assert "shell:make" not in " ".join(first.config("claude"))


def test_a_server_of_the_same_name_with_other_content_is_a_conflict(pair: Pair) -> None:
    pair[1].put_server("codex", "shared", {"command": "other"})
    pair[1].adopt()
    assert [(i.target, i.entity) for i in pair[1].waiting()] == [("laptop-2/codex/user", "mcp/shared")]


def test_an_approved_edit_of_something_shared_reaches_the_other_machine(pair: Pair) -> None:
    first, second = pair
    second.adopt()
    second.change_server("qwen", "shared", args=["a"])
    second.sync()
    second.resolve_all("local")
    first.sync()
    assert first.servers("acli")["shared"]["args"] == ["a"]


def test_with_two_machines_a_new_server_waits_for_an_approver(pair: Pair) -> None:
    pair[1].adopt()
    pair[1].put_server("codex", "new")
    pair[1].sync()
    assert [(i.entity, i.kind) for i in pair[1].waiting()] == [("mcp/new", "held")]


def test_what_is_approved_on_one_machine_is_not_asked_for_on_the_other(pair: Pair) -> None:
    first, second = pair
    second.adopt()
    second.put_server("codex", "new")
    second.sync()
    second.resolve_all("local")
    first.sync()
    assert "new" in first.servers("claude")
    assert first.waiting() == []
