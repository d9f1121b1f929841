"""What a client cannot hold: never written, never read back as a removal, always shown."""

from __future__ import annotations

import pytest

from tests.fakes.engine import World, adopted, of


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def args(world: World, client: str = "claude") -> list[str]:
    found: list[str] = world.servers(client)["one"].get("args", [])
    return found


def test_a_restriction_that_a_client_cannot_say_is_a_gap_and_it_is_not_written_there(world: World) -> None:
    world.put_server("codex", "new", {"command": "example", "disabled_tools": ["rm"]})
    done = of(world.sync(), "claude")
    assert [(d.entity, d.field, d.why) for d in done.dropped] == [("mcp/new", ("tools", "denied"), "gap")]
    assert "new" not in world.servers("claude")
    assert world.servers("qwen")["new"]["excludeTools"] == ["rm"]


def test_what_a_client_already_has_of_a_gap_stays_as_it_is(world: World) -> None:
    world.change_server("codex", "one", disabled_tools=["rm"], args=["a"])
    world.sync()
    assert "one" in world.servers("claude")
    assert not args(world)


def test_it_is_not_captured_either(world: World) -> None:
    world.change_server("codex", "one", disabled_tools=["rm"])
    world.sync()
    world.change_server("claude", "one", args=["of-claude"])
    world.sync()
    assert not args(world, "codex")
    assert args(world) == ["of-claude"]


def test_once_it_is_no_gap_any_more_it_is_captured(world: World) -> None:
    world.change_server("codex", "one", disabled_tools=["rm"])
    world.sync()
    world.change_server("claude", "one", args=["of-claude"])
    world.sync()
    world.commit({"mcp/one.yaml": "command: example-mcp-server\n"})
    world.sync()
    world.resolve_all("local")
    assert args(world, "codex") == ["of-claude"]


def test_a_gap_that_is_removed_elsewhere_never_takes_an_edit_with_it_unasked(world: World) -> None:
    """Seed 2049 of the histories: claude's edit could not be captured while it was a gap, and went with the removal."""
    world.change_server("qwen", "one", excludeTools=["rm"])
    world.sync()
    world.change_server("claude", "one", args=["of-claude"])
    world.drop_server("qwen", "one")
    world.sync()
    assert ([(i.target, i.entity, i.central) for i in world.waiting()], args(world)) == ([("laptop-1/claude/user", "mcp/one", None)], ["of-claude"])


def test_a_field_that_a_client_cannot_hold_is_lost_there_and_shown(world: World) -> None:
    world.change_server("qwen", "one", description="of qwen")
    done = of(world.sync(), "claude")
    assert [(d.entity, d.field, d.why) for d in done.dropped] == [("mcp/one", ("description",), "lost")]
