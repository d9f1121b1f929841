"""A pass tells who waits for it what it is at."""

from __future__ import annotations

from reconciler.reconcile.passes import Step
from tests.fakes.engine import CLIENTS, MACHINE, adopted


def test_each_target_is_told_at_each_step_with_its_number() -> None:
    world, told = adopted("one"), list[Step]()
    engine = world.engine
    engine.step = told.append
    world.put_server("codex", "two")
    engine.run(engine.targets())
    ids = [f"{MACHINE}/{client}/user" for client in CLIENTS]
    for doing in ("looking at", "capturing", "merging", "writing"):
        assert [(s.target, s.number, s.total) for s in told if s.doing == doing][: len(ids)] == [(i, n, len(ids)) for n, i in enumerate(ids, 1)]


def test_nobody_need_listen() -> None:
    world = adopted("one")
    assert [t.outcome for t in world.sync().targets] == ["unchanged"] * len(CLIENTS)
