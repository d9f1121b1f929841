"""The clients' own programs, as they run on this machine: only looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reconciler.model.names import AbsPath


@dataclass(frozen=True)
class Program:
    """A client's program that runs. ``began`` is seconds since 1970; ``home`` and ``folder`` are where it looks for its files."""

    client: str
    began: float
    home: AbsPath
    folder: AbsPath


class Programs(Protocol):
    def running(self, clients: Sequence[str]) -> tuple[Program, ...] | None:
        """Those of this person, looked for now; None where that cannot be told."""


class UnknownPrograms:
    """For where nobody can tell."""

    def running(self, clients: Sequence[str]) -> tuple[Program, ...] | None:
        return None
