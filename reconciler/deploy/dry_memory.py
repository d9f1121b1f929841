"""A memory that reads the real facts and forgets new ones with the process: the dry run's door."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.ports import Memory


class DryMemory:
    def __init__(self, real: Memory) -> None:
        self._real = real
        self._saved: dict[str, dict[str, object]] = {}

    def load(self, name: str) -> dict[str, object]:
        return dict(self._saved[name]) if name in self._saved else self._real.load(name)

    def save(self, name: str, facts: Mapping[str, object]) -> None:
        self._saved[name] = dict(facts)
