"""The loop of `up` on scripted hints: it never sleeps here, since the script's hints take no time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.names import AbsPath
from reconciler.ports import Hint
from reconciler.reconcile.calm import World as EngineWorld
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.queue import Queue
from reconciler.schedule.health import Health
from reconciler.schedule.watching import Watching
from tests.fakes.clock import FakeClock

HINT = Hint(None, "watch")


@dataclass
class Script:
    """Each step is done when the loop asks for hints; what it returns are the hints. Then the loop is stopped.

    When nothing comes, the time that the loop would have waited has passed.
    """

    steps: list[Callable[[], list[Hint]]]
    clock: FakeClock
    stop: threading.Event = field(default_factory=threading.Event)
    waits: list[float] = field(default_factory=list)
    published: list[Hint] = field(default_factory=list)
    worked_on: list[Hint] = field(default_factory=list)

    def take(self, timeout_s: float) -> list[Hint]:
        self.waits.append(timeout_s)
        if not self.steps:
            self.stop.set()
            return []
        hints = self.steps.pop(0)()
        if not hints:
            self.clock.advance(timeout_s)
        return hints

    def publish(self, hint: Hint) -> None:
        self.published.append(hint)

    def done(self, hints: Sequence[Hint]) -> None:
        self.worked_on += hints


@dataclass
class Seen:
    """A watch that only remembers; ``passes`` is how many times it was told what to watch."""

    files: list[AbsPath] = field(default_factory=list)
    folders: list[tuple[AbsPath, str]] = field(default_factory=list)
    passes: int = 0
    checks: int = 0
    is_closed: bool = False
    on_path: Callable[[AbsPath], None] = lambda _: None
    on_overflow: Callable[[], None] = lambda: None

    def made(self, on_path: Callable[[AbsPath], None], on_overflow: Callable[[], None]) -> Seen:
        self.on_path, self.on_overflow = on_path, on_overflow
        return self

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
        self._world = EngineWorld({}, None, "")

    def targets(self) -> list[Any]:
        return []

    def world(self) -> EngineWorld:
        return self._world

    def reconcile(self, targets: list[Any]) -> Pass:
        self.runs += 1
        if self.errors:
            raise self.errors.pop(0)
        return Pass(None)

    def recorded(self, passes: list[Pass]) -> None:
        return


@dataclass
class Loop:
    script: Script
    watch: Seen
    told: list[Pass]
    complaints: list[str]
    watching: Watching
    health: Health

    def run(self) -> Loop:
        self.watching.run(self.script.stop)
        return self


def loop(engine: Reconciler | Broken, *steps: Callable[[], list[Hint]], locked: Any = nullcontext) -> Loop:
    clock = FakeClock()
    script, watch, health = Script(list(steps), clock), Seen(), Health()
    told: list[Pass] = []
    complaints: list[str] = []
    watching = Watching(
        engine,  # type: ignore[arg-type]  # or a broken one
        script,
        Queue(clock, lambda: 0.5),
        watch.made,
        locked,
        told.append,
        complaints.append,
        health,
    )
    return Loop(script, watch, told, complaints, watching, health)


def after(work: Callable[[], object]) -> Callable[[], list[Hint]]:
    def step() -> list[Hint]:
        work()
        return [HINT]

    return step


def nothing() -> list[Hint]:
    return []
