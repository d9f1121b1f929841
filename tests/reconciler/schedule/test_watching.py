"""The loop of `up`, on scripted hints: it never sleeps here, since the double's hints take no time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from reconciler.errors import Stalled
from reconciler.model.names import AbsPath
from reconciler.ports import Hint
from reconciler.reconcile.passes import Pass, Reconciler
from reconciler.schedule.watching import Watching
from tests.fakes.engine import HOME, World, adopted

HINT = Hint(None, "watch")


@dataclass
class Script:
    """Each step is done when the loop asks for hints; what it returns are the hints. Then the loop is stopped."""

    steps: list[Callable[[], list[Hint]]]
    stop: threading.Event = field(default_factory=threading.Event)
    waits: list[float] = field(default_factory=list)

    def take(self, timeout_s: float) -> list[Hint]:
        self.waits.append(timeout_s)
        if not self.steps:
            self.stop.set()
            return []
        return self.steps.pop(0)()

    def publish(self, hint: Hint) -> None: ...


@dataclass
class Seen:
    """A watch that only remembers; ``passes`` is how many times it was told what to watch."""

    files: list[AbsPath] = field(default_factory=list)
    folders: list[tuple[AbsPath, str]] = field(default_factory=list)
    passes: int = 0
    checks: int = 0
    is_closed: bool = False

    def watch(self, files: Iterable[AbsPath], folders: Iterable[tuple[AbsPath, str]] = ()) -> None:
        self.files, self.folders, self.passes = list(files), list(folders), self.passes + 1

    def check(self) -> bool:
        self.checks += 1
        return True

    def close(self) -> None:
        self.is_closed = True


class Broken:
    """An engine whose passes raise these errors, one after the other, and then do nothing."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.runs = 0

    def targets(self) -> list[Any]:
        return []

    def run(self, targets: list[Any]) -> Pass:
        self.runs += 1
        if self.errors:
            raise self.errors.pop(0)
        return Pass(None)


@dataclass
class Loop:
    script: Script
    watch: Seen
    told: list[Pass]
    complaints: list[str]
    watching: Watching

    def run(self) -> Loop:
        self.watching.run(self.script.stop)
        return self


def loop(engine: Reconciler | Broken, *steps: Callable[[], list[Hint]], locked: Any = nullcontext) -> Loop:
    script, watch = Script(list(steps)), Seen()
    told: list[Pass] = []
    complaints: list[str] = []
    watching = Watching(engine, script, watch, locked, told.append, complaints.append)  # type: ignore[arg-type]  # or a broken one
    return Loop(script, watch, told, complaints, watching)


def after(work: Callable[[], object]) -> Callable[[], list[Hint]]:
    def step() -> list[Hint]:
        work()
        return [HINT]

    return step


def nothing() -> list[Hint]:
    return []


@pytest.fixture
def world() -> World:
    world = adopted("one")
    world.is_up = True
    return world


def test_it_looks_at_everything_when_it_starts(world: World) -> None:
    world.put_server("codex", "two")
    loop(world.engine).run()
    assert "two" in world.servers("qwen")


def test_a_hint_starts_a_pass(world: World) -> None:
    loop(world.engine, after(lambda: world.put_server("codex", "two"))).run()
    assert "two" in world.servers("qwen")


def test_it_watches_every_file_and_folder_of_every_target(world: World) -> None:
    done = loop(world.engine).run()
    assert AbsPath(f"{HOME}/.claude.json") in done.watch.files
    assert AbsPath(f"{HOME}/.rovodev/mcp.json") in done.watch.files
    assert (AbsPath(f"{HOME}/.codex/rules"), ".rules") in done.watch.folders


def test_without_hints_it_looks_at_everything_after_the_interval(world: World) -> None:
    idle = [nothing] * 120  # of half a second each
    done = loop(world.engine, *idle).run()
    assert (done.watch.passes, done.watch.checks) == (2, 1)


def test_a_lost_hint_is_healed_by_the_interval(world: World) -> None:
    def edited_unseen() -> list[Hint]:
        world.put_server("codex", "two")
        return []

    loop(world.engine, edited_unseen, *[nothing] * 119).run()
    assert "two" in world.servers("qwen")


def test_a_torn_file_is_looked_at_again_soon(world: World) -> None:
    whole = world.read(".claude.json")
    world.write(".claude.json", whole[:40])

    def mended_unseen() -> list[Hint]:
        world.write(".claude.json", whole)
        return []

    done = loop(world.engine, mended_unseen).run()
    assert [t.outcome for t in done.told[-1].targets if t.target.client == "claude"] == ["unchanged"]


def pauses(done: Loop) -> list[float]:
    """How long it waited before each look, when nothing came."""
    return [round(w, 3) for w in done.script.waits]


def test_what_stays_stalled_is_tried_with_growing_pauses(world: World) -> None:
    world.write(".claude.json", "{")
    done = loop(world.engine, *[nothing] * 4).run()
    assert pauses(done)[:4] == [0.2, 0.4, 0.5, 0.3]  # the third pause is 0.8, in steps


def test_the_pauses_end_at_the_interval(world: World) -> None:
    world.write(".claude.json", "{")
    done = loop(world.engine, *[nothing] * 10)
    done.watching.interval_s = 0.5
    done.run()
    assert pauses(done) == [0.2, 0.4, *[0.5] * 9]


def test_a_hint_starts_the_pauses_anew(world: World) -> None:
    world.write(".claude.json", "{")
    done = loop(world.engine, nothing, nothing, lambda: [HINT], nothing).run()
    assert pauses(done)[-2:] == [0.2, 0.4]


def test_what_stalls_at_the_interval_is_tried_soon(world: World) -> None:
    def torn_unseen() -> list[Hint]:
        world.write(".claude.json", "{")
        return []

    done = loop(world.engine, torn_unseen, *[nothing] * 119, nothing).run()
    assert pauses(done)[120] == 0.2


def test_a_pass_that_raises_does_not_end_the_loop() -> None:
    engine = Broken(KeyError("a"), Stalled("no repository"), RuntimeError("b"))
    done = loop(engine, nothing, nothing, nothing, lambda: [HINT]).run()
    assert engine.runs > 3
    assert done.watch.is_closed


def test_our_own_error_is_told_in_its_words() -> None:
    assert loop(Broken(Stalled("no repository; run `reconciler init`"))).run().complaints == ["no repository; run `reconciler init`"]


def test_a_bug_is_told_without_its_text_which_may_hold_a_secret() -> None:
    told = loop(Broken(ValueError("hush"))).run().complaints[0]
    assert told.startswith("unexpected error (ValueError at test_watching.py:")
    assert "hush" not in told


def test_a_failure_that_repeats_is_told_once() -> None:
    done = loop(Broken(*[Stalled("locked")] * 3), nothing, nothing).run()
    assert done.complaints == ["locked"]


def test_a_failure_that_comes_back_is_told_again() -> None:
    engine = Broken(Stalled("locked"))
    done = loop(engine, nothing, after(lambda: engine.errors.append(Stalled("locked")))).run()
    assert done.complaints == ["locked", "locked"]


def test_a_pass_in_which_nothing_happened_is_not_told_again(world: World) -> None:
    done = loop(world.engine, lambda: [HINT], lambda: [HINT]).run()
    assert len(done.told) == 1


def test_a_main_that_becomes_invalid_is_told(world: World) -> None:
    done = loop(world.engine, after(lambda: world.commit({"mcp/one.yaml": "a: [\n"}))).run()
    assert [p.file for p in done.told[-1].problems] == ["mcp/one.yaml"]


def test_the_lock_is_held_during_passes_and_free_between_them(world: World) -> None:
    held: list[bool] = []

    @contextmanager
    def locked() -> Iterator[None]:
        held.append(True)
        yield
        held.append(False)

    loop(world.engine, after(lambda: held.append(held[-1])), locked=locked).run()
    assert held == [True, False, False, True, False]


def test_it_stops_without_another_pass(world: World) -> None:
    done = loop(world.engine)
    done.script.stop.set()
    assert done.run().watch.passes == 1
    assert done.watch.is_closed
