"""A client that writes back the value of a secret from before another client's rotation: design, section 4, capture."""

from __future__ import annotations

import pytest

from tests.fakes.engine import CLIENTS, World, adopted, outcome

FIRST, SECOND, THIRD = ("hush-" + word * 9 for word in ("one", "two", "six"))


@pytest.fixture
def world() -> World:
    world = adopted("one")
    world.change_server("claude", "one", env={"API_TOKEN": FIRST})
    world.sync()
    world.clock.advance(120)
    return world


def tokens(world: World) -> dict[str, str]:
    return {c: world.servers(c)["one"]["env"]["API_TOKEN"] for c in CLIENTS}


def rotate(world: World, client: str = "codex", value: str = SECOND) -> None:
    world.change_server(client, "one", env={"API_TOKEN": value})


def written_back(world: World, client: str = "claude") -> None:
    """codex rotates the value, another client is given it, and writes back the one that it had."""
    rotate(world)
    world.sync()
    rotate(world, client, FIRST)
    world.clock.advance(5)


@pytest.mark.parametrize("client", ["claude", "qwen", "acli"])
def test_a_value_that_a_client_wrote_back_rolls_no_rotation_back(world: World, client: str) -> None:
    written_back(world, client)
    assert outcome(world.sync(), client) == "converged"
    assert set(tokens(world).values()) == {SECOND}
    assert world.vault.get("one.env.API_TOKEN") == SECOND


def test_if_it_is_written_back_again_it_is_meant(world: World) -> None:
    written_back(world)
    world.sync()
    rotate(world, "claude", FIRST)
    world.sync()
    assert set(tokens(world).values()) == {FIRST}


def test_after_30_seconds_it_is_meant(world: World) -> None:
    written_back(world)
    world.clock.advance(30)
    world.sync()
    assert set(tokens(world).values()) == {FIRST}


def test_another_value_than_the_old_one_is_a_rotation(world: World) -> None:
    rotate(world)
    world.sync()
    rotate(world, "claude", THIRD)
    world.sync()
    assert set(tokens(world).values()) == {THIRD}


def test_a_value_written_back_beside_another_rotation_is_no_conflict(world: World) -> None:
    written_back(world)
    rotate(world, "acli", THIRD)
    world.sync()
    assert set(tokens(world).values()) == {THIRD}
    assert world.waiting() == []


def test_a_value_set_in_the_vault_is_not_rolled_back_either(world: World) -> None:
    world.vault.put({"one.env.API_TOKEN": SECOND})
    world.sync()
    rotate(world, "claude", FIRST)
    world.sync()
    assert set(tokens(world).values()) == {SECOND}


def test_an_edit_written_back_with_the_value_takes_neither_back(world: World) -> None:
    before = world.read(".claude.json")
    rotate(world)
    world.change_server("codex", "one", args=["x"])
    world.sync()
    world.write(".claude.json", before)
    world.sync()
    assert set(tokens(world).values()) == {SECOND}
    assert world.servers("claude")["one"]["args"] == ["x"]


def test_nothing_remembered_tells_the_value(world: World) -> None:
    written_back(world)
    world.sync()
    assert "hush-" not in str(world.memory.saved)
