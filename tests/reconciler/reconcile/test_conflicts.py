"""Conflicts: both values stay until a person has chosen, and then one of them, or a third, is everywhere."""

from __future__ import annotations

import pytest

from reconciler.errors import Stalled
from reconciler.reconcile import conflicts
from reconciler.reconcile.conflicts import Choice
from reconciler.reconcile.reviews import Item
from tests.fakes.engine import CLIENTS, World, adopted, outcome


@pytest.fixture
def world() -> World:
    """claude and codex changed two fields of one server; codex's waits."""
    world = adopted("one", "two")
    world.change_server("claude", "one", args=["base"], env={"MODE": "base"})
    world.sync()
    world.change_server("claude", "one", args=["of-claude"], env={"MODE": "of-claude"})
    world.change_server("codex", "one", args=["of-codex"], env={"MODE": "of-codex"})
    world.sync()
    return world


def item(world: World, path: tuple[str, ...] = ("args",)) -> Item:
    return next(i for i in world.waiting() if i.path == path)


def held(world: World, key: str) -> set[str]:
    return {str(world.servers(c)["one"][key]) for c in CLIENTS}


def resolve_mode(world: World) -> None:
    world.resolve(item(world, ("env", "MODE")), "central")


def test_there_is_one_for_each_field(world: World) -> None:
    assert [i.path for i in world.waiting()] == [("args",), ("env", "MODE")]


def test_it_has_base_local_and_central(world: World) -> None:
    found = item(world)
    assert (found.base, found.local, found.central) == (["base"], ["of-codex"], ["of-claude"])


def test_it_tells_who_changed_each_side(world: World) -> None:
    found = item(world)
    assert (found.local_by.target, found.central_by.target) == ("laptop-1/codex/user", "laptop-1/claude/user")


def test_it_tells_who_removed_what_another_changed(world: World) -> None:
    world.drop_server("claude", "two")
    world.change_server("qwen", "two", args=["a"])
    world.sync()
    assert next(i for i in world.waiting() if i.entity == "mcp/two").central_by.target == "laptop-1/claude/user"


def test_neither_side_is_overwritten_meanwhile(world: World) -> None:
    world.sync()
    assert world.servers("codex")["one"]["args"] == ["of-codex"]
    assert world.servers("claude")["one"]["args"] == ["of-claude"]


def test_the_rest_goes_on_meanwhile(world: World) -> None:
    world.put_server("codex", "new")
    world.drop_server("claude", "two")
    world.sync()
    assert all(set(world.servers(c)) == {"one", "new"} for c in CLIENTS)


def test_other_clients_hold_what_main_says_meanwhile(world: World) -> None:
    assert world.servers("qwen")["one"]["args"] == ["of-claude"]


def test_passes_meanwhile_write_nothing(world: World) -> None:
    world.sync()
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before


@pytest.mark.parametrize(("take", "value", "expected"), [
    ("local", None, "of-codex"),
    ("central", None, "of-claude"),
    ("base", None, "base"),
    ("edited", ["by-hand"], "by-hand"),
])  # fmt: skip
def test_the_choice_reaches_all(world: World, take: conflicts.Take, value: object, expected: str) -> None:
    resolve_mode(world)
    world.resolve(item(world), take, value)
    assert held(world, "args") == {str([expected])}
    assert world.waiting() == []


@pytest.mark.parametrize("take", ["local", "central", "base"])
def test_a_settled_conflict_does_not_come_back(world: World, take: conflicts.Take) -> None:
    world.resolve(item(world), take, every=True)
    world.clock.advance(120)
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before


def test_one_field_of_two_is_remembered_until_the_other_is_decided(world: World) -> None:
    world.resolve(item(world), "local")
    assert [i.path for i in world.waiting()] == [("env", "MODE")]
    assert held(world, "args") == {"['of-claude']", "['of-codex']"}
    resolve_mode(world)
    assert (held(world, "args"), held(world, "env")) == ({"['of-codex']"}, {"{'MODE': 'of-claude'}"})


def test_all_of_a_target_are_decided_at_once(world: World) -> None:
    world.resolve(item(world), "local", every=True)
    assert (held(world, "args"), held(world, "env")) == ({"['of-codex']"}, {"{'MODE': 'of-codex'}"})


def test_an_edit_that_its_user_undoes_settles_it(world: World) -> None:
    world.change_server("codex", "one", args=["base"], env={"MODE": "base"})
    world.sync()
    assert world.waiting() == []
    assert held(world, "args") == {"['of-claude']"}


def test_the_edit_that_was_undone_leaves_no_branch(world: World) -> None:
    world.change_server("codex", "one", args=["base"], env={"MODE": "base"})
    world.sync()
    assert world.store.refs("refs/heads/changes/") == {}


def test_a_user_who_takes_over_the_other_value_settles_it(world: World) -> None:
    world.change_server("codex", "one", args=["of-claude"], env={"MODE": "of-claude"})
    world.sync()
    assert world.waiting() == []


def test_a_second_edit_while_it_is_open_is_captured_and_asked_about(world: World) -> None:
    world.change_server("codex", "one", args=["of-codex-again"])
    world.sync()
    assert item(world).local == ["of-codex-again"]


def test_a_second_edit_of_the_other_side_is_asked_about(world: World) -> None:
    world.change_server("claude", "one", args=["of-claude-again"])
    world.sync()
    assert item(world).central == ["of-claude-again"]


def test_a_decision_about_an_older_value_is_not_used_for_a_newer_one(world: World) -> None:
    world.resolve(item(world), "local")
    world.change_server("codex", "one", args=["of-codex-again"])
    world.sync()
    assert {i.path for i in world.waiting()} == {("args",), ("env", "MODE")}


def test_a_third_client_that_agrees_with_central_has_no_conflict(world: World) -> None:
    assert outcome(world.sync(), "qwen") == "unchanged"


def test_a_third_client_with_a_third_value_has_a_conflict_of_its_own(world: World) -> None:
    world.change_server("qwen", "one", args=["of-qwen"])
    world.sync()
    assert held(world, "args") == {"['of-claude']", "['of-codex']", "['of-qwen']"} or world.central("mcp/one", "qwen") is not None


def test_a_removal_against_a_change_can_be_settled_for_the_removal(world: World) -> None:
    world.drop_server("claude", "two")
    world.change_server("qwen", "two", args=["a"])
    world.sync()
    world.resolve(next(i for i in world.waiting() if i.entity == "mcp/two"), "central")
    assert all("two" not in world.servers(c) for c in CLIENTS)


def test_a_removal_against_a_change_can_be_settled_for_the_change(world: World) -> None:
    world.drop_server("claude", "two")
    world.change_server("qwen", "two", args=["a"])
    world.sync()
    world.resolve(next(i for i in world.waiting() if i.entity == "mcp/two"), "local")
    assert all(world.servers(c)["two"]["args"] == ["a"] for c in CLIENTS)


def test_a_removal_against_a_change_can_be_settled_by_the_base(world: World) -> None:
    world.drop_server("claude", "two")
    world.change_server("qwen", "two", args=["a"])
    world.sync()
    world.resolve(next(i for i in world.waiting() if i.entity == "mcp/two"), "base")
    assert all("args" not in world.servers(c)["two"] or world.servers(c)["two"]["args"] == [] for c in CLIENTS)


def test_two_commits_of_two_clients_on_one_rule_are_a_conflict_about_its_body() -> None:
    world = adopted()
    world.write(".claude/rules/style.md", "# A\n\n- one\n")
    world.sync()
    world.replace(".claude/rules/style.md", "one", "two")
    world.replace(".codex/AGENTS.md", "- one", "- three")
    world.sync()
    assert [(i.entity, i.path) for i in world.waiting()] == [("rules/style", ("body",))]


def test_an_id_may_be_shortened_while_it_is_clear(world: World) -> None:
    found = item(world)
    assert conflicts.item_named(world.engine, found.id[:6]).id == found.id


def test_an_unknown_id_says_where_to_look(world: World) -> None:
    with pytest.raises(Stalled, match="reconciler conflicts"):
        conflicts.item_named(world.engine, "ffff")


def test_a_conflict_without_a_base_cannot_be_settled_by_it() -> None:
    world = World()
    world.put_server("claude", "one", {"command": "first"})
    world.put_server("codex", "one", {"command": "second"})
    world.adopt()
    with pytest.raises(Stalled, match="no base"):
        world.resolve(world.waiting()[0], "base")


def test_a_held_change_is_approved_or_rejected_as_it_is(world: World) -> None:
    world.change_server("qwen", "two", env={"HTTP_PROXY": "http://p.example.invalid"})
    world.sync()
    with pytest.raises(Stalled, match="approve"):
        conflicts.resolve(world.engine, world.waiting("held")[0].id, Choice("edited", {"command": "x"}))


def test_a_whole_server_by_hand_settles_a_conflict_of_adoption() -> None:
    world = World()
    world.put_server("claude", "one", {"command": "first"})
    world.put_server("codex", "one", {"command": "second"})
    world.adopt()
    world.resolve(world.waiting()[0], "edited", {"command": "third", "args": ["x"]})
    assert {(world.servers(c)["one"]["command"], *world.servers(c)["one"]["args"]) for c in CLIENTS} == {("third", "x")}
