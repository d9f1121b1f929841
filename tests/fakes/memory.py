"""A memory that keeps facts as JSON text, so that a test sees what survives the way through a file."""

from __future__ import annotations

import json
from collections.abc import Mapping


class MemoryMemory:
    def __init__(self) -> None:
        self.saved: dict[str, str] = {}

    def load(self, name: str) -> dict[str, object]:
        facts: dict[str, object] = json.loads(self.saved.get(name, "{}"))
        return facts

    def save(self, name: str, facts: Mapping[str, object]) -> None:
        self.saved[name] = json.dumps(dict(facts))
