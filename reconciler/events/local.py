"""Hints inside one process. Holds one hint a target at most, so that a storm of saves is one look."""

from __future__ import annotations

import threading

from reconciler.model.names import TargetId
from reconciler.ports import Hint


class LocalHints:
    """Any thread publishes, any thread takes; a hint is handed to one taker."""

    def __init__(self) -> None:
        self._came = threading.Condition()
        self._waiting: dict[TargetId | None, Hint] = {}

    def publish(self, hint: Hint) -> None:
        """Keep the hint until it is taken. A hint for all targets stands for the single ones beside it."""
        with self._came:
            if hint.target is None:
                self._waiting = {None: hint}
            elif None not in self._waiting:
                self._waiting[hint.target] = hint
            self._came.notify()

    def take(self, timeout_s: float) -> list[Hint]:
        """Hints that came, in the order of their targets' first hint; empty after the timeout."""
        with self._came:
            self._came.wait_for(lambda: bool(self._waiting), timeout_s)
            taken, self._waiting = list(self._waiting.values()), {}
        return taken
