"""Exports in memory, with the contracts of the real ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reconciler.errors import Retryable, Stalled
from reconciler.ports.exports import KeptExport


@dataclass
class MemoryExportFiles:
    rows: dict[str, bytes] = field(default_factory=dict)

    def write(self, path: str, parts: Iterable[bytes]) -> tuple[str, int]:
        data = b"".join(parts)
        self.rows[path] = data
        return f"sha256:{hashlib.sha256(data).hexdigest()}", len(data)

    def read(self, path: str, checksum: str) -> Iterator[bytes] | None:
        data = self.rows.get(path)
        if data is None:
            return None
        if checksum != f"sha256:{hashlib.sha256(data).hexdigest()}":
            raise Stalled(f"{path}: this export is damaged")
        return iter([data])

    def remove(self, path: str) -> None:
        self.rows.pop(path, None)


@dataclass
class MemoryExports:
    """``is_away``: as when the database is."""

    rows: list[KeptExport] = field(default_factory=list)
    is_away: bool = False

    def add(self, export: KeptExport) -> None:
        if self.is_away:
            raise Retryable("the database is away")
        self.rows.append(export)

    def of(self, schedule: str, machine: str) -> list[KeptExport]:
        found = [e for e in self.rows if (e.schedule, e.machine) == (schedule, machine)]
        return sorted(found, key=lambda e: (e.created_at, e.id), reverse=True)

    def remove(self, ids: Sequence[str]) -> None:
        self.rows = [e for e in self.rows if e.id not in ids]
