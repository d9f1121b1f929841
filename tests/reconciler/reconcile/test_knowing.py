"""Engines that only look share what they have read, and find just what one finds that has read nothing yet."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.names import TargetId
from reconciler.reconcile import conflicts
from reconciler.reconcile.conflicts import Choice
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.previews import held_now, previewed
from reconciler.reconcile.reviews import Item
from reconciler.reconcile.targets import Target
from tests.fakes.engine import World, adopted
from tests.fakes.gateway import WorldEngines
from tests.reconciler.reconcile.test_calm import CHANGES

SECRET = "ghp_" + "AbCd0123456789efGH" * 2


@pytest.fixture
def world() -> World:
    """claude and codex changed one server differently; codex's waits."""
    world = adopted("one", "two")
    for client in ("claude", "codex"):
        world.change_server(client, "one", args=[client])
    world.sync()
    return world


def of(engine: Reconciler, client: str) -> Target:
    return next(t for t in engine.targets() if t.client == client)


def told(engine: Reconciler) -> list[Any]:
    """What a pass that writes nothing finds, and what each file then holds."""
    found = engine.run(engine.targets())
    rows = [(t.target.id, t.outcome, t.written, t.dropped, t.problems, t.drifted_fields) for t in found.targets]
    return [rows, [held_now(engine, t) for t in engine.targets()], [i.id for i in conflicts.waiting(engine)]]


def previews(engine: Reconciler, item: Item, take: conflicts.Take) -> Any:
    return previewed(engine, lambda e: conflicts.resolve(e, item.id, Choice(take))[1])


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_finds_what_one_finds_that_knows_nothing(change: str) -> None:
    world = adopted("one")
    shared = WorldEngines(world)
    told(shared.looking())
    CHANGES[change](world)
    assert told(shared.looking()) == told(WorldEngines(world).looking())
    assert told(shared.looking()) == told(WorldEngines(world).looking())


def test_a_file_is_read_once_for_all_that_look(world: World) -> None:
    engines = WorldEngines(world)
    one = engines.looking()
    known, other = one.observed(of(one, "claude")), engines.looking()
    assert other.observed(of(other, "claude")) is known


def test_a_choice_does_not_read_the_files_that_stay_again(world: World) -> None:
    engines = WorldEngines(world)
    one = engines.looking()
    known, other = one.observed(of(one, "claude")), engines.looking()
    conflicts.resolve(other, world.waiting()[0].id, Choice("central"))
    assert other.observed(of(other, "claude")).parsed is known.parsed


def test_what_one_choice_would_write_is_not_there_for_the_next(world: World) -> None:
    engines, item = WorldEngines(world), world.waiting()[0]
    takes: list[conflicts.Take] = ["local", "central", "base", "local", "central"]
    together = [previews(engines.looking(), item, take) for take in takes]
    assert together == [previews(WorldEngines(world).looking(), item, take) for take in takes]
    assert together[0] != together[1]


def test_a_secret_that_one_took_in_is_not_known_to_the_next(world: World) -> None:
    world.change_server("claude", "two", env={"API_KEY": SECRET})
    engines = WorldEngines(world)
    engines.looking().run(engines.looking().targets())
    assert told(engines.looking()) == told(WorldEngines(world).looking())
    assert world.vault.names() == []


def test_what_a_dry_vault_took_in_makes_another_generation(world: World) -> None:
    vault = WorldEngines(world).looking().ports.vault
    seen = [vault.generation()]
    for value in ("1", "2", "1", None):
        vault.put({"a": value})
        seen.append(vault.generation())
    assert len(set(seen)) == len(seen)


def test_what_begins_to_be_ignored_is_not_previewed_as_gone(world: World) -> None:
    world.resolve_all("central")
    engine = WorldEngines(world).looking()
    target = TargetId("laptop-1/claude/user")

    def act(e: Reconciler) -> Any:
        world.set_settings("ignore:\n- match: mcp/two\n")
        return e.run(e.targets())

    assert target not in {one.target.id for one in previewed(engine, act)}


def test_a_preview_shows_nothing_of_the_files_but_what_changes(world: World) -> None:
    diffs = [one.diff for one in previews(WorldEngines(world).looking(), world.waiting()[0], "local")]
    assert len(diffs) == 3
    assert not any("two" in diff for diff in diffs)
