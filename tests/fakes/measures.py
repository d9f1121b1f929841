"""What was counted, in the order in which it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class MemoryMeasures:
    told: list[tuple[Any, ...]] = field(default_factory=list)

    def reconciled(self, target: str, client: str, result: str, kind: str, took_s: float, at: float) -> None:
        self.told.append(("reconciled", client, result, kind, took_s, at))

    def committed(self, client: str, after_s: float) -> None:
        self.told.append(("committed", client, after_s))

    def applied(self, client: str, after_s: float) -> None:
        self.told.append(("applied", client, after_s))

    def git(self, operation: str, took_s: float) -> None:
        self.told.append(("git", operation))

    def push_retried(self) -> None:
        self.told.append(("push_retried",))

    def commanded(self, command: str, result: str) -> None:
        self.told.append(("commanded", command, result))

    def dropped(self, what: str, count: int) -> None:
        self.told.append(("dropped", what, count))

    def of(self, word: str) -> list[tuple[Any, ...]]:
        """What was told by one word, without it."""
        return [one[1:] for one in self.told if one[0] == word]
