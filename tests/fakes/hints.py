"""Hints that are only recorded. Where they must also be taken, ``reconciler.events.local.LocalHints`` is its own double."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.ports import Hint, Waiting


class RecordedHints:
    def __init__(self) -> None:
        self.published: list[Hint] = []
        self.worked_on: list[Hint] = []

    def publish(self, hint: Hint) -> None:
        self.published.append(hint)

    def take(self, timeout_s: float) -> list[Hint]:
        """The newest hint of each target; waits for nothing."""
        taken = list({(hint.target, hint.work): hint for hint in self.published}.values())
        self.published.clear()
        return taken

    def done(self, hints: Sequence[Hint]) -> None:
        self.worked_on += hints

    def waiting(self) -> Waiting:
        return Waiting(len({(hint.target, hint.work) for hint in self.published}))
