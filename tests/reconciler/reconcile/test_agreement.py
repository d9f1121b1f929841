"""The synced ref: main's revision where both agree to all of it, else a commit that lists the difference alone."""

from __future__ import annotations

import pytest

from reconciler.model.refnames import synced_ref
from reconciler.reconcile.agreement import agree, agreement
from reconciler.reconcile.committing import person
from tests.fakes.engine import World, adopted


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def ref(world: World, client: str = "codex") -> object:
    return world.store.ref(synced_ref(world.target(client).id))


def test_who_agrees_to_all_of_main_is_at_its_revision(world: World) -> None:
    assert ref(world) == world.head


def test_it_moves_with_main(world: World) -> None:
    world.commit({"mcp/one.yaml": "command: changed\n"})
    world.sync()
    assert ref(world) == world.head


def test_an_entity_in_conflict_keeps_its_old_version(world: World) -> None:
    world.change_server("claude", "one", args=["a"])
    world.change_server("codex", "one", args=["b"])
    world.sync()
    agreed = agreement(world.engine.centre, world.target("codex"))
    assert ("args",) not in agreed.config["mcp/one"]  # type: ignore[index]
    assert agreed.revision == world.head


def test_only_the_difference_is_listed(world: World) -> None:
    world.change_server("claude", "one", args=["a"])
    world.change_server("codex", "one", args=["b"])
    world.sync()
    text = world.store.files(ref(world))["agreed.yaml"].decode()  # type: ignore[arg-type]
    assert "mcp/one" in text
    assert "mcp/two" not in text


def test_what_it_never_held_is_absent_there(world: World) -> None:
    world.put_server("codex", "new", {"command": "example", "disabled_tools": ["rm"]})
    world.sync()
    assert "mcp/new" not in agreement(world.engine.centre, world.target("claude")).config


def test_who_was_never_synced_agrees_to_nothing(world: World) -> None:
    world.store.move_ref(synced_ref(world.target("codex").id), None, ref(world))  # type: ignore[arg-type]
    agreed = agreement(world.engine.centre, world.target("codex"))
    assert (agreed.ref, agreed.revision, agreed.config) == (None, None, {})


def test_a_synced_ref_that_is_lost_loses_nothing(world: World) -> None:
    """It is adoption again: the same content is no conflict, a new server is captured."""
    world.store.move_ref(synced_ref(world.target("codex").id), None, ref(world))  # type: ignore[arg-type]
    world.put_server("codex", "new")
    world.sync()
    assert world.waiting() == []
    assert all(set(world.servers(c)) == {"one", "two", "new"} for c in ("claude", "codex"))


def test_to_say_the_same_again_writes_nothing(world: World) -> None:
    engine, target = world.engine, world.target("codex")
    before, agreed = world.snapshot(), agreement(engine.centre, target)
    assert agreed.revision is not None
    agree(engine.centre, target, agreed, agreed.revision, agreed.config, person(engine))
    assert world.snapshot() == before
