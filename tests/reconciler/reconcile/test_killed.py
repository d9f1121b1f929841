"""A process killed at any of its writes: the next one ends where an undisturbed one would have ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.engine import CLIENTS, World, adopted
from tests.fakes.failing import Countdown, Killed

SECRET = "hush" + "hush"


def first_sight() -> World:
    """Nothing is adopted yet; two clients disagree, one has a secret."""
    world = World()
    world.put_server("claude", "one", {"command": "example", "env": {"API_TOKEN": SECRET}})
    world.put_server("codex", "two", {"command": "example"})
    world.put_server("qwen", "two", {"command": "other"})
    return world


def edited() -> World:
    """Each client was edited; one field by two of them."""
    world = adopted("one", "two", "three")
    world.change_server("claude", "one", args=["a"])
    world.change_server("codex", "one", args=["b"])
    world.change_server("qwen", "two", env={"API_TOKEN": SECRET})
    world.drop_server("acli", "three")
    world.write(".claude/rules/style.md", "# Style\n\n- short\n")
    return world


def edited_once() -> World:
    world = adopted("one", "two")
    world.change_server("claude", "one", args=["first"])
    return world


def decided() -> World:
    """A conflict over two fields, and one decision is made."""
    world = adopted("one")
    world.change_server("claude", "one", args=["a"], command="first")
    world.change_server("codex", "one", args=["b"], command="second")
    world.sync()
    return world


def committed() -> World:
    """A person changed main while a client was edited."""
    world = adopted("one", "two")
    world.commit({"mcp/one.yaml": "command: from-main\n", "mcp/new.yaml": "command: new\n"})
    world.change_server("qwen", "two", args=["q"])
    return world


def adopt(world: World) -> None:
    world.adopt()


def sync(world: World) -> None:
    world.sync()


def resolve(world: World) -> None:
    world.resolve(world.waiting()[0], "local", every=True)


STORIES: dict[str, tuple[Callable[[], World], Callable[[World], None]]] = {
    "adopting": (first_sight, adopt),
    "syncing edits": (edited, sync),
    "edits of one field": (edited_once, sync),
    "resolving": (decided, resolve),
    "following main": (committed, sync),
}


def ended(world: World) -> dict[str, Any]:
    """Where a world ends when it is synced until nothing is left to do."""
    for _ in range(4):
        world.clock.advance(120)
        world.sync()
    waiting = sorted((i.target, i.entity, i.path, i.kind) for i in world.waiting())
    return {"files": world.disk.files, "main": world.main(), "waiting": waiting}


def killed(story: str, at: int, is_done: bool) -> World | None:
    """The world after a kill at the ``at``-th write; None when there are not so many."""
    start, work = STORIES[story]
    world = start()
    whole = world.ports
    world.ports = Countdown(at, is_done).over(whole)
    try:
        work(world)
    except Killed:
        world.ports = whole
        return world
    return None


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("story", STORIES)
def test_a_kill_at_any_write_changes_nothing_in_the_end(story: str, is_done: bool) -> None:
    start, work = STORIES[story]
    undisturbed = start()
    work(undisturbed)
    expected = ended(undisturbed)
    at = 1
    while (world := killed(story, at, is_done)) is not None:
        work_again(story, world, work)
        assert ended(world) == expected, f"killed at write {at}"
        at += 1
    assert at > 5


def work_again(story: str, world: World, work: Callable[[World], None]) -> None:
    """The person gives the command again, where it is still asked for."""
    if story != "resolving" or world.waiting():
        work(world)


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_a_kill_while_syncing_needs_no_person(is_done: bool) -> None:
    undisturbed = edited()
    undisturbed.sync()
    expected = ended(undisturbed)
    at = 1
    while (world := killed("syncing edits", at, is_done)) is not None:
        assert ended(world) == expected, f"killed at write {at}"
        at += 1


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_an_edit_after_a_kill_is_no_conflict_with_the_edit_before_it(is_done: bool) -> None:
    """Main may have taken the first one in without anybody having said so."""
    at = 1
    while (world := killed("edits of one field", at, is_done)) is not None:
        world.clock.advance(120)
        world.change_server("claude", "one", args=["second"])
        ended(world)
        assert (world.waiting(), [world.servers(c)["one"]["args"] for c in CLIENTS]) == ([], [["second"]] * len(CLIENTS)), f"killed at write {at}"
        at += 1
    assert at > 5


def test_all_four_clients_are_in_the_stories() -> None:
    assert {t.client for t in edited().engine.targets()} == set(CLIENTS)
