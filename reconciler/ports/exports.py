"""The doors to exports that were made on a schedule: their files on this machine, and the list of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class KeptExport:
    """``id`` is a UUID; ``path`` is below the machine's folder of exports; ``checksum`` is ``sha256:`` and hex digits."""

    id: str
    schedule: str
    machine: str
    path: str
    checksum: str
    size_bytes: int
    created_at: float


class ExportFiles(Protocol):
    def write(self, path: str, parts: Iterable[bytes]) -> tuple[str, int]:
        """Put a file there whole or not at all, for this user alone. Returns its checksum and its size in bytes."""

    def read(self, path: str, checksum: str) -> Iterator[bytes] | None:
        """The content, part by part; None when it is gone. Raises ``Stalled`` when it is damaged."""

    def remove(self, path: str) -> None:
        """Nothing happens when it is gone."""


class ExportList(Protocol):
    """All raise ``Retryable`` while the database is away."""

    def add(self, export: KeptExport) -> None: ...

    def of(self, schedule: str, machine: str) -> list[KeptExport]:
        """Newest first."""

    def remove(self, ids: Sequence[str]) -> None: ...
