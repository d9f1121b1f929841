"""What codex's own ``mcp add`` and ``mcp remove`` say in other words is no edit, and is not lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.engine import World, adopted, outcome

AS_WRITTEN: dict[str, Any] = {"command": "example", "name": "one", "startup_timeout_ms": 15000}
AS_REWRITTEN: dict[str, Any] = {"command": "example", "startup_timeout_sec": 15.0}


@pytest.fixture
def world() -> World:
    world = adopted()
    world.put_server("codex", "one", AS_WRITTEN)
    world.sync()
    world.clock.advance(120)
    return world


def rewritten(world: World, **more: Any) -> None:
    world.drop_server("codex", "one")
    world.put_server("codex", "one", {**AS_REWRITTEN, **more})


def test_milliseconds_are_the_common_field(world: World) -> None:
    assert (world.central("mcp/one") or {})["timeouts"] == {"startup_ms": 15000}


def test_what_codex_rewrote_is_no_edit(world: World) -> None:
    head = world.head
    rewritten(world)
    assert outcome(world.sync(), "codex") == "unchanged"
    assert world.head == head


def test_reading_alone_changes_no_byte_of_it(world: World) -> None:
    assert world.servers("codex")["one"] == AS_WRITTEN


@pytest.mark.parametrize("value", [20000, None])
def test_a_change_of_main_leaves_one_key(world: World, value: int | None) -> None:
    timeouts = f"timeouts:\n  startup_ms: {value}\n" if value else ""
    world.commit({"mcp/one.yaml": f"command: example\n{timeouts}"})
    world.sync()
    found = world.servers("codex")["one"]
    assert (found.get("startup_timeout_sec"), "startup_timeout_ms" in found) == (value and value / 1000, False)


def test_a_name_of_its_own_is_kept(world: World) -> None:
    rewritten(world, name="another")
    world.sync()
    assert (world.central("mcp/one") or {})["extra"] == {"codex": {"name": "another"}}
