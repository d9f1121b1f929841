"""A process that stays up stops early only where a new one would have found just the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fakes.engine import World, adopted, of, outcome


def calm(is_up: bool = True) -> World:
    """In step, and seen to be so by the engine that stays."""
    world = adopted("one", is_up=is_up)
    world.sync()
    world.sync()
    return world


def broken(world: World) -> None:
    world.write(".claude.json", '{"mcpServers": ')


def in_conflict(world: World) -> None:
    world.change_server("claude", "one", args=["a"])
    world.change_server("codex", "one", args=["b"])


def suspended(world: World) -> None:
    world.commit({f"machines/{world.ports.machine}.yaml": "targets:\n  claude/user:\n    mode: suspended\n"})


CHANGES: dict[str, Callable[[World], object]] = {
    "a file is edited": lambda w: w.change_server("claude", "one", args=["x"]),
    "a file is broken": broken,
    "a rule comes into a folder": lambda w: w.write(".claude/rules/style.md", "# Style\n\n- short\n"),
    "two clients disagree": in_conflict,
    "main is edited": lambda w: w.commit({"mcp/two.yaml": "command: example\n"}),
    "main is broken": lambda w: w.commit({"mcp/one.yaml": "command: [\n"}),
    "a target is suspended": suspended,
    "a secret is stored": lambda w: w.vault.put({"spare": "a value"}),
    "the memory is lost": lambda w: w.memory.saved.clear(),
    "true becomes 1": lambda w: w.change_server("claude", "one", extra=1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_does_what_a_new_process_does(change: str) -> None:
    ends = []
    for is_up in (True, False):
        world = calm(is_up)
        world.change_server("claude", "one", extra=True)
        world.sync()
        world.sync()
        CHANGES[change](world)
        passes = [world.sync() for _ in range(3)]
        told = [[(t.outcome, t.written, t.dropped, t.problems) for t in p.targets] for p in passes]
        ends.append((told, dict(world.disk.files), world.main()))
    assert ends[0] == ends[1]


def test_what_waits_is_told_by_every_pass() -> None:
    world = calm()
    in_conflict(world)
    assert [outcome(world.sync(), "codex") for _ in range(4)] == ["conflict"] * 4


def test_a_file_that_stays_broken_stays_stalled() -> None:
    world = calm()
    broken(world)
    assert [of(world.sync(), "claude").is_stalled for _ in range(3)] == [True] * 3


def test_a_broken_file_that_comes_back_as_it_was_is_no_edit() -> None:
    world = calm()
    text, head = world.read(".claude.json"), world.head
    broken(world)
    world.sync()
    world.write(".claude.json", text)
    assert (outcome(world.sync(), "claude"), world.head) == ("unchanged", head)
