"""A ``Check`` that runs nothing: the clients it knows refuse files that hold a certain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.names import RelPath
from reconciler.model.results import Problem
from reconciler.ports import Verdict


@dataclass
class FakeCheck:
    """``asked`` lists client and files of every question, in order."""

    clients: tuple[str, ...] = ("claude", "codex", "qwen")
    refused: tuple[bytes, ...] = ()
    asked: list[tuple[str, dict[RelPath, bytes]]] = field(default_factory=list)

    def verdict(self, client: str, files: Mapping[RelPath, bytes]) -> Verdict:
        if client not in self.clients or not files:
            return Verdict()
        self.asked.append((client, dict(files)))
        bad = [path for path, data in files.items() if any(text in data for text in self.refused)]
        return Verdict(tuple(Problem(path, "refused by a fake client") for path in bad), f"{client} check")
