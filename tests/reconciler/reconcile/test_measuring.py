"""What is counted of passes: how they ended, why they were, and how long the way took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reconciler.model.names import TargetId
from reconciler.ports import Disk, Write
from reconciler.reconcile.starting import set_modes
from tests.fakes.engine import CLIENTS, HOME, World, adopted
from tests.fakes.measures import MemoryMeasures


def set_mode(world: World, client: str, word: str) -> None:
    set_modes(world.engine, {f"{client}/user": {"mode": word}}, "Set")


def measured(world: World) -> MemoryMeasures:
    made = MemoryMeasures()
    world.ports = replace(world.ports, measures=made)
    return made


@pytest.fixture
def world() -> World:
    world = adopted("one")
    world.is_up = True
    world.clock.advance(120)
    return world


def passes(made: MemoryMeasures) -> dict[str, tuple[str, str]]:
    """Result and kind of the last pass of each client."""
    return {client: (result, kind) for client, result, kind, *_ in made.of("reconciled")}


def test_an_edit_is_captured_there_and_converged_elsewhere_and_both_are_meant(world: World) -> None:
    made = measured(world)
    world.put_server("codex", "two")
    world.sync()
    assert passes(made) == {c: ("captured" if c == "codex" else "converged", "intentional") for c in CLIENTS}


def test_a_target_that_is_new_is_adopted_and_counted_so_once() -> None:
    world = World()
    made = measured(world)
    world.put_server("claude", "one")
    world.adopt()
    assert {kind for _, kind in passes(made).values()} == {"adopted"}
    made.told.clear()
    world.sync()
    assert {kind for _, kind in passes(made).values()} == {"intentional"}


def test_what_enforce_puts_back_is_corrective(world: World) -> None:
    set_mode(world, "codex", "enforce")
    made = measured(world)
    world.change_server("codex", "one", args=["--mine"])
    world.sync()
    assert passes(made)["codex"] == ("converged", "corrective")


def test_a_stale_overwrite_that_is_written_over_again_is_corrective(world: World) -> None:
    before = world.read(".codex/config.toml")
    world.put_server("claude", "two")
    world.sync()
    made = measured(world)
    world.write(".codex/config.toml", before)
    world.sync("codex")
    assert passes(made)["codex"] == ("converged", "corrective")


def test_a_target_that_is_left_alone_is_not_counted(world: World) -> None:
    set_mode(world, "codex", "suspended")
    made = measured(world)
    world.sync()
    assert "codex" not in passes(made)


def test_the_way_of_a_commit_to_a_client_is_measured_from_when_it_was_made(world: World) -> None:
    made = measured(world)
    world.commit({"mcp/two.yaml": "command: example\n"})
    world.clock.advance(7)
    world.sync("qwen")
    assert made.of("applied") == [("qwen", 7.0)]


def test_what_is_put_back_is_no_commit_on_its_way(world: World) -> None:
    set_mode(world, "codex", "enforce")
    world.sync()
    made = measured(world)
    world.change_server("codex", "one", args=["--mine"])
    world.sync("codex")
    assert made.of("applied") == []


class Slow:
    """A disk on which each write takes so long."""

    def __init__(self, world: World, seconds: float) -> None:
        self._world, self._seconds = world, seconds

    def __getattr__(self, name: str) -> object:
        return getattr(self._world.disk, name)

    def apply(self, target: TargetId, root: str, writes: Sequence[Write]) -> None:
        self._world.clock.advance(self._seconds)
        self._world.disk.apply(target, root, writes)  # type: ignore[arg-type]


def test_a_pass_took_what_its_own_target_took(world: World) -> None:
    made = measured(world)
    disk: Disk = Slow(world, 3.0)  # type: ignore[assignment]
    world.ports = replace(world.ports, disk=disk)
    world.commit({"overlays/client/qwen/mcp/two.yaml": "command: example\n"})
    world.sync()
    assert {client: took for client, _, _, took, _ in made.of("reconciled")} == {c: 3.0 if c == "qwen" else 0.0 for c in CLIENTS}


@pytest.mark.parametrize(("mode", "fields"), [("sync", 0), ("follow-only", 1), ("enforce", 0)])
def test_fields_that_differ_after_a_pass_are_those_that_nobody_takes_in(world: World, mode: str, fields: int) -> None:
    set_mode(world, "codex", mode)
    world.sync()
    world.change_server("codex", "one", args=["--mine"])
    world.sync()
    found = next(done for done in world.sync().targets if done.target.client == "codex")
    assert found.drifted_fields == fields
    assert f"{HOME}/.codex/config.toml" in world.disk.files
