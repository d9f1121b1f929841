"""Answers that took long, which stand as long as nothing of what they followed from has changed: what is there is looked at each time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import is_
from typing import Any, TypeVar

from reconciler.reconcile.calm import World
from reconciler.reconcile.observe import Observed
from reconciler.reconcile.passes import Reconciler

_MOST = 64
T = TypeVar("T")


@dataclass
class Kept:
    """By what was asked, with the references and the looks at all targets from which the answer followed. One is made at a time."""

    _answers: dict[tuple[str, ...], tuple[World, tuple[Observed, ...], Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: tuple[str, ...], engine: Reconciler, make: Callable[[], T]) -> T:
        """What ``make`` returns, or returned when all was as it is now. ``engine`` must be one that writes nothing."""
        with self._lock:
            now, seen = engine.world(), tuple(engine.observed(target) for target in engine.targets())
            known = self._answers.pop(asked, None)
            is_same = known is not None and known[0] == now and len(known[1]) == len(seen) and all(map(is_, known[1], seen))
            value: T = known[2] if known is not None and is_same else make()
            self._answers[asked] = now, seen, value
            while len(self._answers) > _MOST:
                del self._answers[next(iter(self._answers))]
            return value
