"""How everything stands, as plain values: looked at once for all who ask within a moment, by a pass that writes nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from reconciler.errors import ReconcilerError
from reconciler.mapping.adapter import Adapter
from reconciler.model.names import Revision
from reconciler.ports import Memory, Stopwatch
from reconciler.ports.brake import Brake
from reconciler.reconcile import conflicts
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.proposed_commits import waiting_json
from reconciler.reconcile.report import item_json, problem_json
from reconciler.reconcile.standing import standing_json, standings


class Engines(Protocol):
    """The engine: to look, which writes nothing anywhere, and to change, one at a time on this machine."""

    def looking(self) -> Reconciler: ...

    def changing(self, person: str, approves: bool = False) -> AbstractContextManager[Reconciler]:
        """``approves``: what this person changes is thereby approved."""

    def is_shared(self) -> bool:
        """Whether other machines share the repository: then nobody knows from here how many people do."""

    def adopting(self, person: str) -> AbstractContextManager[Reconciler]:
        """To change, where there may be no repository yet: then it is made."""

    def brake(self) -> Brake:
        """What pauses this machine; it works without a repository."""

    def template(self) -> Mapping[str, bytes]:
        """The files that a new repository starts from."""

    def memory(self) -> Memory:
        """What this machine remembers, for what is noted when somebody looks."""


@dataclass(frozen=True)
class View:
    """``clients`` are the registered targets, then clients that were found and are not registered; ``items`` what waits here, ``proposed`` on the Git host."""

    head: Revision | None
    clients: tuple[Mapping[str, Any], ...]
    items: tuple[Mapping[str, Any], ...]
    problems: tuple[Mapping[str, Any], ...]
    proposed: tuple[Mapping[str, Any], ...]
    at: float

    def client(self, id_: str) -> Mapping[str, Any] | None:
        return next((c for c in self.clients if c["id"] == id_), None)


_SLOW_S = 0.25
_REST = 10.0


@dataclass
class Board:
    """``fresh_s``: how old a view may be. A change made here makes the next one look again.

    Where a look takes long (hundreds of targets), who asks gets the last view, which says when it was looked at, and
    the next one is made meanwhile: with a rest of ten times as long, so that looking never is most of the work.
    """

    engines: Engines
    stopwatch: Stopwatch
    fresh_s: float = 1.0
    spent: Callable[[], float] = time.monotonic
    _view: View | None = None
    _looked_at: float = 0.0
    _took_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _looking: threading.Thread | None = None

    def view(self) -> View:
        """The present view; who asks while somebody looks for the first time waits for that look."""
        known = self._view
        if known is not None and self._took_s > _SLOW_S:
            if self._age_s() >= max(self.fresh_s, _REST * self._took_s):
                self._look_meanwhile()
            return known
        with self._lock:
            if self._view is None or self._age_s() >= self.fresh_s:
                self._look()
            return self._view  # type: ignore[return-value]  # there is one now

    def forget(self) -> None:
        with self._lock:
            self._view, self._took_s = None, 0.0

    def _look(self) -> None:
        at, began = self.stopwatch.elapsed(), self.spent()
        self._view = looked_at(self.engines)
        self._looked_at, self._took_s = at, self.spent() - began

    def _age_s(self) -> float:
        return self.stopwatch.elapsed() - self._looked_at

    def _look_meanwhile(self) -> None:
        """One at a time; what goes wrong leaves the last view, and the next who asks tries again."""
        if self._lock.acquire(blocking=False):
            self._looking = threading.Thread(target=self._look_and_release, name="board", daemon=True)
            self._looking.start()

    def _look_and_release(self) -> None:
        try:
            with suppress(ReconcilerError, OSError):
                self._look()
        finally:
            self._lock.release()


def looked_at(engines: Engines) -> View:
    engine = engines.looking()
    now, items = engine.ports.clock.now(), tuple(item_json(i) for i in conflicts.waiting(engine))
    found = standings(engine, engines.memory())
    known = {s.target.client for s in found.targets}
    rows: list[dict[str, Any]] = [{**standing_json(s), "registered": True} for s in found.targets]
    rows += [_unregistered(engine, a) for a in engine.installed() if a.client not in known]
    problems = tuple(problem_json(p, "") for p in found.result.problems)
    proposed = tuple(waiting_json(engine.ports.store, engine.ports.machine))
    return View(found.head, tuple(rows), items, problems, proposed, now)


def _unregistered(engine: Reconciler, adapter: Adapter) -> dict[str, Any]:
    """A client that is here and that nobody has registered."""
    machine, root = engine.ports.machine, str(engine.ports.home)
    head = {"id": f"{machine}/{adapter.client}/user", "type": adapter.client, "name": adapter.title, "machine": machine, "scope": "user", "root": root}
    nothing: dict[str, Any] = {"detail": {}, "conditions": [], "entities": {}, "dropped": [], "problems": [], "waits_for_start": []}
    return {**head, **nothing, "mode": None, "outcome": None, "drifted_fields": 0, "ready": False, "synced_revision": None, "last_change": None, "registered": False}
