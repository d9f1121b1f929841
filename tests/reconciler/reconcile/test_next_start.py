"""Which writes are said to wait for a client's next start."""

from __future__ import annotations

import pytest

from reconciler.model.names import AbsPath
from reconciler.ports.programs import Program
from reconciler.reconcile.next_start import Waiting, waiting
from tests.fakes.engine import HOME, World, adopted

BEFORE, AFTER = 10.0, 1_000_000.0
"""Seconds before and after the moment of the write."""


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def wrote(world: World, files: dict[str, str] | None = None) -> float:
    """The moment at which main was written out; else a server was added to it."""
    world.commit(files or {"mcp/three.yaml": "command: example-mcp-server\n"})
    world.sync()
    return world.clock.now()


def program(client: str, began: float, home: str = HOME) -> Program:
    return Program(client, began, AbsPath(home), AbsPath("/srv"))


def waits(world: World, client: str, *running: Program) -> list[Waiting]:
    target = next(t for t in world.engine.targets() if t.client == client)
    return list(waiting(world.disk, target, running))


def shown(found: list[Waiting]) -> list[tuple[str, tuple[str, ...], str, int | None]]:
    return [(row.path, row.kinds, row.takes_effect, row.running) for row in found]


def test_a_server_of_codex_waits_for_each_program_that_was_started_before(world: World) -> None:
    at = wrote(world)
    open_ones = [program("codex", at - BEFORE), program("codex", at - 2 * BEFORE), program("codex", at + AFTER)]
    assert shown(waits(world, "codex", *open_ones)) == [(".codex/config.toml", ("mcp",), "start", 2)]


def test_a_program_that_began_after_the_write_waits_for_nothing(world: World) -> None:
    at = wrote(world)
    assert waits(world, "codex", program("codex", at + AFTER)) == []


def test_nothing_waits_where_no_program_runs(world: World) -> None:
    wrote(world)
    assert waits(world, "codex") == []


@pytest.mark.parametrize("other", [program("claude", 0), program("codex", 0, "/home/bob")], ids=["another client", "another home"])
def test_a_program_of_somebody_else_does_not_count(world: World, other: Program) -> None:
    wrote(world)
    assert waits(world, "codex", other) == []


def test_what_an_open_client_takes_up_by_itself_does_not_wait(world: World) -> None:
    at = wrote(world)
    assert waits(world, "qwen", program("qwen", at - BEFORE)) == []


def test_where_nobody_saw_what_a_client_does_that_is_said(world: World) -> None:
    at = wrote(world)
    assert shown(waits(world, "acli", program("acli", at - BEFORE))) == [(".rovodev/mcp.json", ("mcp",), "unknown", 1)]


def test_only_the_kinds_that_were_changed_in_a_file_wait(world: World) -> None:
    at = wrote(world, {"mcp/three.yaml": "command: example-mcp-server\n", "tools/default.yaml": "allow:\n  - shell: [git, status]\n"})
    assert shown(waits(world, "qwen", program("qwen", at - BEFORE))) == [(".qwen/settings.json", ("tools",), "start", 1)]


def test_a_server_that_is_switched_off_waits_in_qwen_while_a_new_one_does_not(world: World) -> None:
    at = wrote(world, {"mcp/one.yaml": "command: example-mcp-server\nenabled: false\n"})
    assert shown(waits(world, "qwen", program("qwen", at - BEFORE))) == [(".qwen/settings.json", ("mcp",), "start", 1)]


def test_an_earlier_write_that_a_program_missed_waits_behind_a_later_one(world: World) -> None:
    at = wrote(world, {"tools/default.yaml": "allow:\n  - shell: [git, status]\n"})
    world.clock.advance(60)
    wrote(world)
    assert shown(waits(world, "qwen", program("qwen", at - BEFORE))) == [(".qwen/settings.json", ("tools",), "start", 1)]


def test_a_new_rule_of_claude_waits_and_a_changed_one_does_not(world: World) -> None:
    at = wrote(world, {"rules/style.md": "---\n---\nBe brief.\n"})
    assert shown(waits(world, "claude", program("claude", at - BEFORE))) == [(".claude/rules/style.md", ("rules",), "start", 1)]
    world.clock.advance(AFTER)
    at = wrote(world, {"rules/style.md": "---\n---\nBe very brief.\n"})
    assert waits(world, "claude", program("claude", at - BEFORE)) == []


def test_where_programs_cannot_be_told_the_last_write_is_said(world: World) -> None:
    wrote(world)
    target = next(t for t in world.engine.targets() if t.client == "codex")
    assert shown(list(waiting(world.disk, target, None))) == [(".codex/config.toml", ("mcp",), "start", None)]


def test_past_their_retention_all_kinds_of_a_file_are_named(world: World) -> None:
    at = wrote(world)
    world.disk.forget_backups()
    assert shown(waits(world, "qwen", program("qwen", at - BEFORE))) == [(".qwen/settings.json", ("mcp", "tools"), "start", 1)]
