"""The program's own log in memory, with the contract of the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.ports.logs import LogRecord


@dataclass
class MemoryLogs:
    rows: list[LogRecord] = field(default_factory=list)

    def add(self, records: Sequence[LogRecord]) -> None:
        self.rows += records

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[LogRecord], int]:
        rows = [r for r in self.rows if filters.get("level") or r.level != "debug"]
        found = [r for r in sorted(rows, key=lambda r: r.at) if all(_fits(r, name, value) for name, value in filters.items() if value)][::-1]
        return found[offset : offset + limit], len(found)


def _fits(record: LogRecord, name: str, value: str) -> bool:
    if name in ("level", "target", "session"):
        return bool(getattr(record, name) == value)
    if name == "client":
        return f"/{value}/" in record.target
    if name in ("since", "until"):
        return record.at >= float(value) if name == "since" else record.at < float(value)
    return any(value.lower() in part.lower() for part in (record.event, record.target, str(dict(record.fields))))
