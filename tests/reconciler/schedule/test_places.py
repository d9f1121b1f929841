"""Which paths are watched, and what an event on one says; files that another file names among them."""

from __future__ import annotations

import pytest

from reconciler.model.names import AbsPath, RelPath
from reconciler.ports import Hint
from reconciler.schedule.places import Places
from tests.fakes.engine import HOME, World, adopted
from tests.fakes.loop import loop

NAMED = RelPath("work/servers.json")
NAMING = f"mcp:\n  mcpConfigPath: ~/{NAMED}\n"
SERVERS = '{"mcpServers": {"one": {"command": "example-mcp-server"}}}\n'


@pytest.fixture
def world() -> World:
    world = adopted("one")
    world.is_up = True
    return world


def named(world: World) -> list[Hint]:
    """Rovo Dev is told to keep its servers in another file."""
    world.write(NAMED, SERVERS)
    world.write(".rovodev/config.yml", world.read(".rovodev/config.yml") + NAMING)
    return [Hint(world.target("acli").id, "saved")]


def test_a_file_that_another_names_is_watched_from_then_on(world: World) -> None:
    done = loop(world.engine, lambda: named(world)).run()
    assert AbsPath(f"{HOME}/{NAMED}") in done.watch.files
    done.watch.on_path(AbsPath(f"{HOME}/{NAMED}"))
    assert done.script.published == [Hint(world.target("acli").id, "saved")]


def test_it_is_read_once_more_when_it_is_watched(world: World) -> None:
    """It may have changed after it was read, and before anybody was told of changes there."""
    done = loop(world.engine, lambda: named(world))
    watch = done.watch.watch

    def changed_meanwhile(*places: object) -> None:
        watch(*places)  # type: ignore[arg-type]
        if AbsPath(f"{HOME}/{NAMED}") in done.watch.files:
            world.write(NAMED, SERVERS.replace('"one"', '"two": {"command": "example-mcp-server"}, "one"'))

    done.watch.watch = changed_meanwhile  # type: ignore[method-assign,assignment]
    done.run()
    assert "two" in world.servers("claude")


def test_a_file_that_is_not_named_any_more_is_watched_no_longer(world: World) -> None:
    places, acli = Places(), world.target("acli")
    places.note(world.engine.targets())
    for read in ({NAMED}, {RelPath(".rovodev/mcp.json")}):
        places.see({acli.id: read})
        assert (places.moved(), places.moved()) == ({acli.id}, set())
        assert (AbsPath(f"{HOME}/{NAMED}") in places.files) == (NAMED in read)


def test_a_file_in_its_own_place_changes_nothing(world: World) -> None:
    places, acli = Places(), world.target("acli")
    places.note(world.engine.targets())
    before = places.files
    places.see({acli.id: {RelPath(".rovodev/mcp.json"), RelPath(".rovodev/config.yml")}})
    assert (places.moved(), places.files) == (set(), before)
