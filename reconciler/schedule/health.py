"""How `up` is doing: which of its parts are away, and whether every target has been looked at since it started."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Problem = Callable[[], str]
"""What is wrong with a part now, and what to do; empty when it works."""


@dataclass
class Health:
    """Asked by any thread. A part that is away degrades the whole; only a loop that ended makes it ill."""

    _parts: dict[str, Problem] = field(default_factory=dict)
    _looked: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    def watch(self, name: str, problem: Problem) -> None:
        """Count a part in."""
        self._parts[name] = problem

    def note_looked(self) -> None:
        """Every target has been looked at."""
        self._looked.set()

    def note_ended(self) -> None:
        """Nobody looks any more."""
        self._ended.set()

    @property
    def is_ready(self) -> bool:
        return self._looked.is_set() and self.is_alive

    @property
    def is_alive(self) -> bool:
        return not self._ended.is_set()

    def waiting(self) -> list[str]:
        """What is missing before it is ready."""
        if not self.is_alive:
            return ["the reconciling loop, which has ended: start `reconciler up` again"]
        return [] if self.is_ready else ["the first look at every target"]

    def problems(self) -> dict[str, str]:
        """Each part by name, with what is wrong with it."""
        return {name: problem() for name, problem in list(self._parts.items())}
