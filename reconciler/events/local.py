"""Hints inside one process. Holds one hint a target and work at most, so that a storm of saves is one look."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from reconciler.model.names import TargetId
from reconciler.ports import Hint, Waiting

_Key = tuple[TargetId | None, str]


class LocalHints:
    """Any thread publishes, any thread takes; a hint is handed to one taker."""

    def __init__(self) -> None:
        self._came = threading.Condition()
        self._waiting: dict[_Key, Hint] = {}
        self._since = 0.0

    def publish(self, hint: Hint) -> None:
        """Keep the hint until it is taken. A hint for all targets stands for the single ones beside it."""
        with self._came:
            if not self._waiting:
                self._since = time.monotonic()
            if hint.target is None:
                self._waiting = {key: other for key, other in self._waiting.items() if other.work != hint.work}
            if (None, hint.work) not in self._waiting:
                self._waiting[hint.target, hint.work] = _with_first(hint, self._waiting.get((hint.target, hint.work)))
            self._came.notify()

    def take(self, timeout_s: float) -> list[Hint]:
        """Hints that came, in the order of their targets' first hint; empty after the timeout."""
        with self._came:
            self._came.wait_for(lambda: bool(self._waiting), timeout_s)
            taken, self._waiting = list(self._waiting.values()), {}
        return taken

    def done(self, hints: Sequence[Hint]) -> None:
        """Nothing to do: what was taken lives in this process alone, and dies with it."""

    def waiting(self) -> Waiting:
        with self._came:
            return Waiting(len(self._waiting), time.monotonic() - self._since) if self._waiting else Waiting()


def _with_first(hint: Hint, known: Hint | None) -> Hint:
    """The hint, about what happened first: of several saves that are one look, the first has waited longest."""
    return replace(hint, at=known.at) if known and known.at else hint
