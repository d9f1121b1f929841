"""Any history of edits, hints and resolutions ends in one state, and no edit is lost on the way.

A pass over some targets only is a lost or late hint, one that comes twice a doubled one; their order is random.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.mapping.adapter import held
from reconciler.reconcile import conflicts
from reconciler.reconcile.observe import look, observe
from tests.fakes.world import CLIENTS, HOME, World

NAMES = ("alpha", "beta", "gamma", "delta")
client = st.sampled_from(CLIENTS)
step = st.one_of(
    st.tuples(st.just("args"), client, st.sampled_from(NAMES)),
    st.tuples(st.just("env"), client, st.sampled_from(NAMES)),
    st.tuples(st.just("remove"), client, st.sampled_from(NAMES)),
    st.tuples(st.just("rule"), st.just("claude"), st.sampled_from(("one", "two"))),
    st.tuples(st.just("hint"), st.sets(client, min_size=1), st.just("")),
    st.tuples(st.just("wait"), st.just(""), st.just("")),
    st.tuples(st.just("resolve"), st.sampled_from(("local", "central")), st.just("")),
)


class History:
    """Plays steps, and keeps in mind what people wrote last and what they removed."""

    def __init__(self) -> None:
        self.world = World()
        self.world.adopt()
        self.seen: set[str] = set()
        self.removed: set[str] = set()
        self.number = 0

    def play(self, kind: str, who: Any, name: str) -> None:
        getattr(self, kind)(who, name)

    def args(self, who: str, name: str) -> None:
        self._change(who, name, "args", ["--n", self._new()])

    def env(self, who: str, name: str) -> None:
        self._change(who, name, "env", {"MODE": self._new()})

    def _change(self, who: str, name: str, field: str, value: Any) -> None:
        if name not in self.world.servers(who):
            self.world.put(who, name, value={"command": "example"})
        self.world.put(who, name, field, value=value)

    def _new(self) -> str:
        self.number += 1
        return f"value-{self.number}-"

    def remove(self, who: str, name: str) -> None:
        if name in self.world.servers(who):
            self.removed.add(name)
            self.world.remove(who, name)

    def rule(self, who: str, name: str) -> None:
        self.world.write(f".claude/rules/{name}.md", f"# {name}\n\n- {self._new()}\n")

    def wait(self, who: str, name: str) -> None:
        self.world.clock.advance(45)

    def resolve(self, take: Any, name: str) -> None:
        engine = self.world.engine()
        for item in conflicts.waiting(engine)[:1]:
            conflicts.resolve(engine, item.id, conflicts.Choice(take))

    def settle(self) -> None:
        """All hints arrive, every conflict is decided."""
        for _ in range(40):
            self.world.clock.advance(45)
            self.hint((), "")
            engine = self.world.engine()
            waiting = conflicts.waiting(engine)
            if not waiting:
                break
            conflicts.resolve(engine, waiting[0].id, conflicts.Choice("local"))
        self.world.sync()


    def hint(self, who: Any, name: str) -> None:
        """A pass over some targets; what stands in their files then has been seen, and must never be lost."""
        self._note(who)
        self.world.sync(*who)

    def _note(self, who: Any) -> None:
        for one in who or CLIENTS:
            text = str(self.world.servers(one))
            self.seen |= {f"value-{n}-" for n in range(self.number + 1) if f"value-{n}-" in text}


def disagreements(world: World) -> list[str]:
    """Targets whose files do not hold what main says, on what their client can hold."""
    engine = world.engine()
    main = engine.centre.main()
    assert main is not None
    out = []
    for target in engine.targets():
        central = held(target.adapter, engine.centre.config(main, target)).config
        seen = observe(world.disk, target, {}, central, engine.local(target)).masked.config
        out += [f"{target.client} {e}" for e, fields in central.items() if e.split("/")[1] in (*NAMES, "one", "two") and seen.get(e) != fields]
        out += [f"{target.client} has {e}" for e in seen if e.split("/")[1] in NAMES and e not in central]
    return out


def plays(examples: int) -> Any:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def check(steps: list[tuple[str, Any, str]]) -> None:
    history = History()
    for one in steps:
        history.play(*one)
    history.settle()
    world = history.world
    assert conflicts.waiting(world.engine()) == []
    assert disagreements(world) == []
    before = dict(world.disk.files), world.all_refs()
    world.sync()
    assert (dict(world.disk.files), world.all_refs()) == before
    kept = world.blobs()
    assert [value for value in history.seen if value not in kept] == []
    assert "fake-not-a-secret" not in kept


@given(st.lists(step, max_size=14))
@plays(60)
def test_any_history_ends_in_one_state(steps: list[tuple[str, Any, str]]) -> None:
    check(steps)


@pytest.mark.long
@given(st.lists(step, max_size=25))
@plays(1_500)
def test_any_long_history_ends_in_one_state(steps: list[tuple[str, Any, str]]) -> None:
    check(steps)


def test_the_samples_are_what_the_histories_start_from() -> None:
    world = World()
    assert look(world.disk, world.engine().installed()[0], world.engine().ports.home).problems == ()
    assert HOME in next(iter(world.disk.files))


def test_one_decided_field_of_two_is_remembered_until_the_other_is_decided() -> None:
    history = History()
    for one in [("args", "claude", "delta"), ("hint", (), ""), ("args", "claude", "delta"), ("env", "claude", "delta")]:
        history.play(*one)
    history.play("args", "qwen", "delta")
    history.play("env", "qwen", "delta")
    history.world.sync()
    engine = history.world.engine()
    first, second = conflicts.waiting(engine)
    conflicts.resolve(engine, first.id, conflicts.Choice("local"))
    history.world.sync()
    conflicts.resolve(engine, second.id, conflicts.Choice("local"))
    assert conflicts.waiting(history.world.engine()) == []
