"""A main that does not validate never reaches a client: the last good one stays in force."""

from __future__ import annotations

import pytest

from tests.fakes.engine import CLIENTS, World, adopted


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


BAD = {"mcp/bad.yaml": "comand: example\n"}


def test_a_main_that_does_not_validate_leaves_the_last_good_one_in_force(world: World) -> None:
    world.commit({**BAD, "mcp/one.yaml": "command: changed\n"})
    world.sync()
    assert world.servers("claude")["one"]["command"] == "example-mcp-server"


def test_what_is_wrong_with_it_is_told_with_file_line_and_the_nearest_key(world: World) -> None:
    world.commit(BAD)
    (problem,) = world.sync().problems
    assert (problem.file, problem.line) == ("mcp/bad.yaml", 1)
    assert "command" in problem.reason + problem.advice


def test_what_cannot_be_read_is_told_once(world: World) -> None:
    world.commit({"mcp/bad.yaml": "a: [\n"})
    assert [p.file for p in world.sync().problems] == ["mcp/bad.yaml"]


def test_edits_are_captured_meanwhile_and_nothing_is_overwritten(world: World) -> None:
    world.commit(BAD)
    world.change_server("codex", "one", args=["a"])
    world.sync()
    world.sync()
    assert world.servers("codex")["one"]["args"] == ["a"]
    assert len(world.store.refs("refs/heads/changes/")) == 1


def test_once_it_is_mended_they_land(world: World) -> None:
    world.commit(BAD)
    world.change_server("codex", "one", args=["a"])
    world.sync()
    world.commit({"mcp/bad.yaml": None})
    world.sync()
    assert all(world.servers(c)["one"]["args"] == ["a"] for c in CLIENTS)


def test_a_new_engine_still_knows_the_last_good_main(world: World) -> None:
    world.commit(BAD)
    assert {t.outcome for t in world.sync().targets} == {"unchanged"}
