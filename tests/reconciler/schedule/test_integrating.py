"""Integration of branches from elsewhere: each once, and every machine is told."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from reconciler.mapping.layers import BASE
from reconciler.model.fields import flat
from reconciler.model.names import EntityId
from reconciler.model.refnames import CHANGES
from reconciler.ports import Author, Hint
from reconciler.reconcile import branches
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target, all_registered
from reconciler.schedule.integrating import Integrating
from tests.fakes.engine import World, adopted
from tests.fakes.hints import RecordedHints

MACHINES = {f"machines/desk-{n}.yaml": "targets:\n  claude/user:\n    mode: sync\n  codex/user:\n    mode: sync\n" for n in range(3)}


@pytest.fixture
def world() -> World:
    world = adopted("one")
    world.commit({**MACHINES, "reconciler.yaml": "schema: 1\napproval_threshold: high\n"})
    return world


def elsewhere(world: World) -> list[Target]:
    return [t for t in all_registered(world.store.files(world.head)) if t.machine.startswith("desk-")]


def put_branch(world: World, target: Target, number: int) -> None:
    """What that machine has captured and pushed."""
    fields = flat("mcp", {"transport": "stdio", "command": f"example-{number}"})
    author = Author("bo", "bo@example.invalid", world.clock.now())
    local = {EntityId(f"mcp/new-{number}"): fields}
    branches.put(world.ports, world.engine.centre, target, None, world.head, local, lambda _: BASE, author, "session")


def worker(world: World, told: dict[str, RecordedHints]) -> Integrating:
    engine = Reconciler(world.ports, Centre(world.store, world.memory))
    return Integrating(engine, RecordedHints(), lambda name: told.setdefault(name, RecordedHints()), nullcontext, [].append)


def landed(world: World) -> list[str]:
    """The targets of merge commits on main."""
    return [value for commit in world.store.history(world.head) for key, _, value in [commit.message.partition("Target: desk-")] if value and "Merge" in key]


def test_a_branch_of_another_machine_lands_and_every_machine_is_told(world: World) -> None:
    target, told = elsewhere(world)[0], dict[str, RecordedHints]()
    put_branch(world, target, 1)
    worker(world, told).integrate([Hint(target.id)])
    assert world.central("mcp/new-1") is not None
    assert world.store.refs(CHANGES) == {}
    assert {name: [h.target for h in hints.published] for name, hints in told.items()} == {
        name: [None] for name in ("desk-0", "desk-1", "desk-2", "laptop-1")
    }


def test_without_a_branch_nothing_is_written_and_nobody_is_told(world: World) -> None:
    before, told = world.snapshot(), dict[str, RecordedHints]()
    worker(world, told).integrate([Hint(None)])
    assert (world.snapshot(), told) == (before, {})


def test_workers_in_turns_integrate_nothing_twice_and_lose_nothing(world: World) -> None:
    targets, told = elsewhere(world), dict[str, RecordedHints]()
    for number, target in enumerate(targets):
        put_branch(world, target, number)
    both = [worker(world, told), worker(world, told)]
    for target in targets:
        for one in both:
            one.integrate([Hint(target.id)])
    assert [world.central(f"mcp/new-{number}") is not None for number in range(len(targets))] == [True] * len(targets)
    assert len(landed(world)) == len(targets)


def test_a_branch_that_waits_for_a_person_is_looked_at_once(world: World) -> None:
    target = elsewhere(world)[0]
    world.commit({"reconciler.yaml": "schema: 1\napproval_threshold: low\n"})
    put_branch(world, target, 1)
    one = worker(world, {})
    one.integrate([Hint(None)])
    before = world.snapshot()
    one.integrate([Hint(None)])
    assert (world.snapshot(), len(world.store.refs(CHANGES))) == (before, 1)
