"""Records in memory, with the contract of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.errors import Retryable
from reconciler.ports.records import Record, SessionRecord, StatusRecord


@dataclass
class MemoryRecords:
    """``is_full``: as when the disk takes nothing."""

    rows: list[Record] = field(default_factory=list)
    is_full: bool = False

    def note(self, records: Sequence[Record]) -> None:
        if self.is_full:
            raise Retryable("the journal takes nothing")
        self.rows += records

    @property
    def sessions(self) -> list[SessionRecord]:
        return [row for row in self.rows if isinstance(row, SessionRecord)]

    @property
    def statuses(self) -> list[StatusRecord]:
        return [row for row in self.rows if isinstance(row, StatusRecord)]
