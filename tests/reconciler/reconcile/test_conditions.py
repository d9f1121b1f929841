"""Conditions: Ready tells the first thing that is wrong; each other has its reason."""

from __future__ import annotations

from typing import get_args

import pytest

from reconciler.model.names import TargetId
from reconciler.model.results import Kind, Problem
from reconciler.reconcile.conditions import Condition, conditions, since
from reconciler.reconcile.starting import set_modes
from tests.fakes.engine import HOME, World, adopted, of

TARGET = TargetId("laptop/codex/user")


@pytest.fixture
def world() -> World:
    return adopted("one")


def found(world: World, client: str = "codex") -> list[Condition]:
    result = world.sync()
    return conditions(of(result, client), world.engine.centre.accepted_gaps(), result.problems)


def reasons(world: World, client: str = "codex") -> list[tuple[str, str]]:
    return [(c.type, c.reason) for c in found(world, client)]


def test_in_step_is_ready(world: World) -> None:
    assert [(c.type, c.status) for c in found(world)] == [("Ready", "True")]


def test_a_torn_file_is_stalled(world: World) -> None:
    world.write(".codex/config.toml", "[")
    assert reasons(world) == [("Ready", "InvalidFile"), ("Stalled", "InvalidFile")]


def test_a_torn_files_message_names_file_and_line(world: World) -> None:
    world.write(".codex/config.toml", "[")
    assert found(world)[1].message.startswith(".codex/config.toml:1:")


@pytest.mark.parametrize("kind", get_args(Kind))
def test_what_stalls_a_target_is_said_in_its_own_word(world: World, kind: Kind) -> None:
    world.disk.problems[f"{HOME}/.codex/config.toml"] = Problem(".codex/config.toml", "in any words", kind=kind)
    assert reasons(world) == [("Ready", kind), ("Stalled", kind)]


@pytest.mark.parametrize(("text", "kind"), [(None, "MissingFile"), ("", "EmptyFile")])
def test_a_file_that_is_gone_and_one_that_is_empty_are_told_apart(world: World, text: str | None, kind: Kind) -> None:
    world.remove(".codex/config.toml") if text is None else world.write(".codex/config.toml", text)
    assert ("Stalled", kind) in reasons(world)


def test_a_conflict_names_its_entity(world: World) -> None:
    world.change_server("claude", "one", args=["a"])
    world.change_server("codex", "one", args=["b"])
    world.sync()
    assert ("Conflict", "ManualReview") in reasons(world)
    assert "mcp/one" in found(world)[1].message


def test_a_held_change(world: World) -> None:
    world.change_server("codex", "one", env={"HTTP_PROXY": "http://p.example.invalid"})
    world.sync()
    assert ("Held", "NeedsApproval") in reasons(world)


def test_a_missing_secret(world: World) -> None:
    world.commit({"mcp/new.yaml": "command: example\nenv:\n  API_TOKEN: ${secret:other}\n"})
    assert reasons(world) == [("Ready", "MissingSecret"), ("Held", "MissingSecret")]


def test_a_gap(world: World) -> None:
    world.put_server("codex", "new", {"command": "example", "disabled_tools": ["rm"]})
    assert ("Gap", "CannotHold") in reasons(world, "acli")


@pytest.mark.parametrize("mode", ["suspended", "observe"])
def test_a_target_that_is_not_synced_is_never_ready(world: World, mode: str) -> None:
    set_modes(world.engine, {"codex/user": {"mode": mode}}, "Set")
    assert reasons(world)[0][0] == "Ready"
    assert found(world)[0].status == "False"


def test_a_main_that_does_not_validate_makes_nobody_ready(world: World) -> None:
    world.commit({"mcp/bad.yaml": "comand: x\n"})
    assert reasons(world)[0] == ("Ready", "InvalidRepository")


def test_a_condition_keeps_the_time_when_it_began(world: World) -> None:
    world.write(".codex/config.toml", "[")
    first = since(world.memory, {TARGET: found(world)}, world.clock.now())[TARGET]
    world.clock.advance(60)
    assert since(world.memory, {TARGET: found(world)}, world.clock.now())[TARGET] == first


def test_a_condition_that_comes_back_begins_anew(world: World) -> None:
    whole = world.read(".codex/config.toml")
    world.write(".codex/config.toml", "[")
    since(world.memory, {TARGET: found(world)}, world.clock.now())
    world.write(".codex/config.toml", whole)
    since(world.memory, {TARGET: found(world)}, world.clock.now())
    world.clock.advance(60)
    world.write(".codex/config.toml", "[")
    assert set(since(world.memory, {TARGET: found(world)}, world.clock.now())[TARGET]) == {world.clock.now()}


def test_each_target_has_its_own_times_and_the_others_keep_theirs(world: World) -> None:
    other, ready = TargetId("laptop/codex/project:a b"), [Condition("Ready", "True", "Synced", "")]
    first = since(world.memory, {TARGET: ready}, 1.0)
    assert since(world.memory, {other: ready}, 2.0) == {other: [2.0]}
    assert since(world.memory, {TARGET: ready, other: ready}, 3.0) == {**first, other: [2.0]}
