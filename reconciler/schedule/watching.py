"""The loop of `up`: take hints, run passes over what they name, tell; and look at everything now and then in any case.

A hint says no more than "look": the pass reads the world again. A pass over the targets that were named comes first;
only when it changed something that the others depend on, the others follow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from reconciler.model.names import AbsPath, Revision, TargetId
from reconciler.model.refnames import MAIN
from reconciler.ports import LOOK, Hint, Hints
from reconciler.ports.brake import Brake, NoBrake, Pause
from reconciler.ports.faults import Faults, NoFaults
from reconciler.ports.measures import Measures, NoMeasures
from reconciler.reconcile.calm import World
from reconciler.reconcile.pass_result import Pass, TargetPass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.queue import Queue
from reconciler.reconcile.targets import Target
from reconciler.schedule.health import Health
from reconciler.schedule.messages import Complaints
from reconciler.schedule.pace import Pace
from reconciler.schedule.places import Places

_ROUNDS = 5
_STEP_S = 0.5
"""How long a request to stop may wait for a taker of hints."""
_SETTLING = 3
"""So many looks a torn file gets to become whole before anybody is told: its writer is at work."""
_TRIES = 5
"""So many a file that cannot be read or written: another program may hold it."""
_MAIN = "main"
"""The work of a hint that main may have moved; mostly it was this loop that moved it, and nothing is due."""


class Watch(Protocol):
    """Tells of changed paths; see ``reconciler.watch``."""

    def watch(self, files: Iterable[AbsPath], folders: Iterable[tuple[AbsPath, str]] = ()) -> None: ...

    def check(self) -> bool: ...

    def close(self) -> None: ...


MakeWatch = Callable[[Callable[[AbsPath], None], Callable[[], None]], Watch]
"""From what to do on a path, and what to do when events were lost."""


@dataclass
class Watching:
    """``locked`` is held during a pass, so that commands can run in between.

    ``tell`` hears of targets with which something happened, ``complain`` of passes that broke off; a failure that
    repeats is told once.
    """

    engine: Reconciler
    hints: Hints
    queue: Queue
    make_watch: MakeWatch
    locked: Callable[[], AbstractContextManager[None]]
    tell: Callable[[Pass], None]
    complain: Callable[[str], None]
    health: Health = field(default_factory=Health)
    do_chores: Callable[[Sequence[Hint]], None] = lambda _: None
    before: Callable[[], object] = lambda: None
    """Before targets are looked at, under the lock: what came from a remote is taken in."""
    after: Callable[[], None] = lambda: None
    """After a look that changed something that others may want."""
    interval_s: float = 60.0
    brake: Brake = field(default_factory=NoBrake)
    central: tuple[AbsPath, ...] = ()
    """Files that change when main moves, by whose hand ever."""
    _main: Revision | None = None
    measures: Measures = field(default_factory=NoMeasures)
    faults: Faults = field(default_factory=NoFaults)
    pace: Pace = field(default_factory=Pace)
    """Others stand back while targets are looked at."""
    _saved_at: dict[TargetId, float] = field(default_factory=dict)
    _places: Places = field(default_factory=Places)
    _told: dict[TargetId, object] = field(default_factory=dict)
    _told_problems: object = ()
    _looked_at: float = 0.0
    _brake: Pause | None = None
    _told_pause: Pause | None = None
    _complaints: Complaints = field(init=False)

    def __post_init__(self) -> None:
        self._complaints = Complaints(self.complain, self.faults)

    def run(self, stop: threading.Event) -> None:
        """Reconcile until told to stop."""
        watch = self.make_watch(self._on_path, lambda: self.hints.publish(Hint(None, "events were lost")))
        self.queue.add([None])
        hints: list[Hint] = []
        try:
            while True:
                self._work(watch)
                self.hints.done(hints)  # a word with the server, for which no save shall wait
                hints = self._hints(stop)
                if stop.is_set():
                    break
                self._accept(hints)
        finally:
            self.health.note_ended()
            watch.close()

    def _on_path(self, path: AbsPath) -> None:
        if path in self.central:
            self.hints.publish(Hint(None, "main may have moved", _MAIN))
            return
        for target in self._places.targets(path):
            self.hints.publish(Hint(target, "saved", at=self.engine.ports.clock.now()))

    def _accept(self, hints: Sequence[Hint]) -> None:
        """Queue what they name. They are done after the look: should this process die, the next one looks at everything."""
        self.queue.add(hint.target for hint in hints if hint.work == LOOK)
        for hint in hints:
            if hint.target is not None and hint.at:
                self._saved_at.setdefault(hint.target, hint.at)
        self.do_chores([hint for hint in hints if hint.work != LOOK])
        is_moved = any(hint.work == _MAIN for hint in hints) and self._has_moved(self.engine.world())
        if is_moved or self._elapsed() >= self._looked_at + self.interval_s or self._is_braked():
            self.queue.add([None])
        self._brake = self.brake.pulled()

    def _hints(self, stop: threading.Event) -> list[Hint]:
        """What comes before something is due; empty when it is, or when it is time to stop."""
        hints: list[Hint] = []
        while not hints and not stop.is_set() and (pause := self._pause()) > 0:
            hints = self.hints.take(min(_STEP_S, pause))
        return hints

    def _pause(self) -> float:
        if self._is_braked():
            return 0.0
        rest = self._looked_at + self.interval_s - self._elapsed()
        due = self.queue.wait_s()
        return rest if due is None else min(rest, due)

    def _is_braked(self) -> bool:
        """True when `pause` or `resume` came since the last look."""
        return self.brake.pulled() != self._brake

    def _elapsed(self) -> float:
        return self.queue.stopwatch.elapsed()

    # ------------------------------------------------------------ passes

    def _work(self, watch: Watch) -> None:
        """Look at what is in the queue. The worker goes on whatever happens: what is broken now may be whole at the next look."""
        wanted = self.queue.take()
        if not wanted:
            return
        try:
            with self.pace.busy(), self.locked():
                self._look(wanted, watch)
        except Exception as error:  # the queue's worker, which outlives whatever one pass ran into
            self._complaints.failed(error)
            self._looked_at = self._elapsed()
            self.queue.failed(None)
            return
        self._complaints.settled()

    def _watch(self, watch: Watch) -> None:
        watch.watch((*self._places.files, *self.central), self._places.folders)

    def _look(self, wanted: set[TargetId | None], watch: Watch) -> None:
        world = self.engine.world()
        self.before()
        targets = self.engine.targets()
        now = self.engine.world()
        is_moved = self._has_moved(now)
        is_whole = None in wanted or is_moved
        if self._places.note(targets) or is_whole:
            self._watch(watch)  # before the files are read: no change falls between
        self._main = _main(self._run(targets, targets if is_whole else [t for t in targets if t.id in wanted], now))
        if moved := self._places.moved():
            self._watch(watch)
            self.queue.add(moved)  # what changed there before it was watched is seen now
        for one in wanted - {t.id for t in targets}:
            self.queue.succeeded(one)
        if is_whole:
            self._looked_at = self._elapsed()
            self.health.note_looked()
        if is_moved or self.engine.world() is not world:
            self.after()

    def _has_moved(self, world: World) -> bool:
        """True when somebody else moved main since the last look, which all targets follow then."""
        return _main(world) != self._main

    def _run(self, targets: Sequence[Target], todo: Sequence[Target], before: World) -> World:
        """Passes until nothing has changed that other targets depend on since ``before``; the world that they have seen.

        What came of them is recorded when all is written and told.
        """
        passes: list[Pass] = []
        try:
            return self._settle(targets, todo, before, passes)
        finally:
            self.engine.recorded(passes)

    def _settle(self, targets: Sequence[Target], todo: Sequence[Target], before: World, passes: list[Pass]) -> World:
        for _ in range(_ROUNDS):
            passes.append(self.engine.reconcile(todo))
            self._note(passes[-1])
            after = self.engine.world()
            if after is before:
                return before
            rest = [t for t in targets if t not in todo]
            todo, before = rest or targets, after
        self.queue.add([None])
        return before

    # ------------------------------------------------------------ telling

    def _note(self, result: Pass) -> None:
        self._places.see({done.target.id: done.seen.places.values() for done in result.targets if done.seen})
        for done in result.targets:
            self._measure(done)
            again = done.outcome == "stalled" or done.needs_again
            (self.queue.failed if again else self.queue.succeeded)(done.target.id)
        news = [done for done in result.targets if self._is_news(done)]
        if news or (result.problems, result.paused) != (self._told_problems, self._told_pause):
            self.tell(replace(result, targets=news))
        self._told_problems, self._told_pause = result.problems, result.paused

    def _measure(self, done: TargetPass) -> None:
        """From the first save that was told of, to the commit. A save that a look found by itself has no such time."""
        saved_at = self._saved_at.pop(done.target.id, None) if not done.is_stalled else None
        if saved_at is not None and done.captured_at is not None:
            self.measures.committed(done.target.client, done.captured_at - saved_at)

    def _is_news(self, done: TargetPass) -> bool:
        now = done.outcome, done.problems
        if self._is_settling(done) or (now == self._told.get(done.target.id) and not done.written and not done.is_captured):
            return False
        self._told[done.target.id] = now
        return True

    def _is_settling(self, done: TargetPass) -> bool:
        tries = _TRIES if any(p.kind == "FileAccess" for p in done.problems if p.is_stalling) else _SETTLING
        return done.outcome == "stalled" and self.queue.failures(done.target.id) < tries


def _main(world: World) -> Revision | None:
    return world.refs.get(MAIN)
