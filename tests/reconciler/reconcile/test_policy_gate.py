"""A commit on main that weakens the policy: the policy before it stays in force until a person approves."""

from __future__ import annotations

import pytest

from reconciler.reconcile import settings_edits
from reconciler.reconcile.reviews import Item
from tests.fakes.engine import CLIENTS, World, adopted, of, outcome

POLICY = "policy/reconciler.yaml"
STRICT, WEAK = "approval_threshold: medium\n", "approval_threshold: high\n"


@pytest.fixture
def world() -> World:
    world = adopted("one")
    world.set_settings(STRICT)
    world.sync()
    return world


def weakened(world: World, text: str = WEAK) -> Item:
    world.set_settings(text)
    world.sync()
    (item,) = world.waiting("held")
    return item


def test_a_weaker_policy_waits_for_an_approver(world: World) -> None:
    item = weakened(world)
    assert (item.entity, item.local, item.central) == (POLICY, {"approval_threshold": "high"}, {"approval_threshold": "medium"})
    assert "medium risk no longer wait" in item.reason


def test_until_then_the_policy_before_it_judges(world: World) -> None:
    weakened(world)
    world.put_server("codex", "new")
    world.sync()
    world.sync()
    assert "mcp/new" in [i.entity for i in world.waiting("held")]
    assert "new" not in world.servers("claude")


def test_it_judges_what_comes_in_the_same_commit_too(world: World) -> None:
    world.commit({"reconciler.yaml": "schema: 1\n" + WEAK, "mcp/new.yaml": "command: example\n"})
    for _ in range(3):
        world.sync()
    assert sorted(i.entity for i in world.waiting("held") if i.target in ("main", "laptop-1/claude/user")) == ["mcp/new", POLICY]
    assert "new" not in world.servers("claude")


def test_every_target_says_that_it_waits(world: World) -> None:
    weakened(world)
    result = world.sync()
    assert {outcome(result, c) for c in CLIENTS} == {"held"}
    assert (POLICY, "held") in [(d.entity, d.why) for d in of(result, "claude").dropped]


def test_once_approved_it_is_in_force(world: World) -> None:
    world.resolve(weakened(world), "local")
    world.put_server("codex", "new")
    world.sync()
    assert "new" in world.servers("claude")
    assert world.waiting() == []


def test_once_refused_it_is_not_asked_about_again_and_never_in_force(world: World) -> None:
    world.resolve(weakened(world), "central")
    world.put_server("codex", "new")
    result = world.sync()
    assert [i.entity for i in world.waiting()] == ["mcp/new"]
    assert (POLICY, "refused") in [(d.entity, d.why) for d in of(result, "claude").dropped]


def test_another_weakening_asks_again(world: World) -> None:
    first = weakened(world)
    world.resolve(first, "central")
    second = weakened(world, WEAK + "plain_values: [mcp/one.env.API_TOKEN]\n")
    assert second.id != first.id


def test_what_was_refused_can_be_taken_back(world: World) -> None:
    world.resolve(weakened(world), "central")
    world.set_settings(STRICT)
    assert outcome(world.sync(), "claude") == "unchanged"


@pytest.mark.parametrize("text", ["approval_threshold: low\n", STRICT + "priorities: {claude: 3}\n", STRICT + "# why\n"])
def test_what_weakens_nothing_is_in_force_at_once(world: World, text: str) -> None:
    world.set_settings(text)
    world.sync()
    assert world.waiting() == []


def test_steps_that_each_look_harmless_are_judged_together(world: World) -> None:
    world.set_settings("approval_threshold: low\n")
    world.set_settings(WEAK)
    world.sync()
    assert [i.entity for i in world.waiting("held")] == [POLICY]


def test_a_plain_value_of_a_commit_is_masked_until_it_is_approved(world: World) -> None:
    value = "hush-" + "one" * 9
    weakened(world, STRICT + "plain_values: [mcp/one.env.API_TOKEN]\n")
    world.change_server("codex", "one", env={"API_TOKEN": value})
    world.sync()
    assert value.encode() not in b"".join(world.blobs())


def test_a_machine_less_cannot_weaken_it_either() -> None:
    world = adopted("one")
    world.commit({"machines/other.yaml": "targets: {claude/user: {mode: sync}}\n"})
    world.sync()
    world.commit({"machines/other.yaml": None})
    world.sync()
    assert [i.entity for i in world.waiting("held")] == [POLICY]


def test_a_persons_own_command_needs_no_second_word(world: World) -> None:
    settings_edits.add_to(world.engine, "plain_values", "mcp/one.env.KEY_MODE", "Plain")
    world.sync()
    assert world.waiting() == []


def test_a_persons_own_command_approves_nothing_else(world: World) -> None:
    weakened(world)
    settings_edits.add_to(world.engine, "plain_values", "mcp/one.env.KEY_MODE", "Plain")
    world.sync()
    assert [i.entity for i in world.waiting("held")] == [POLICY]


def test_where_it_stands_is_written_once(world: World) -> None:
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before
