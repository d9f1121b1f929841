"""The program's own log in the database, for where there is no Loki."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, func, insert, select

from reconciler.mirror.database import Database
from reconciler.mirror.ids import at, seconds
from reconciler.mirror.tables import log_client, log_records, log_shown, log_text
from reconciler.mirror.totals import Totals
from reconciler.ports.logs import LogRecord


class SqlLogs:
    """``reconciler.ports.logs.Logs``."""

    def __init__(self, database: Database) -> None:
        self._database, self._totals = database, Totals()

    def add(self, records: Sequence[LogRecord]) -> None:
        rows = [{**vars(record), "created_at": at(record.at), "fields": dict(record.fields)} for record in records]
        for row in rows:
            del row["at"]
        if rows:
            with self._database.changing() as connection:
                connection.execute(insert(log_records), rows)

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[LogRecord], int]:
        wanted = select(log_records).where(*_conditions(filters))
        newest = wanted.order_by(log_records.c.created_at.desc(), log_records.c.id.desc()).limit(limit).offset(offset)
        with self._database.reading() as connection:
            found = [_record(row) for row in connection.execute(newest).mappings()]
            count = partial(_count, connection, wanted)
            return found, self._totals.of(filters, limit, offset, len(found), count)

    def forget_old(self, before: float) -> None:
        """Let go of records from before then."""
        with self._database.changing() as connection:
            connection.execute(delete(log_records).where(log_records.c.created_at < at(before)))


def _count(connection: Connection, wanted: Select[Any]) -> int:
    return connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()


def _record(row: RowMapping) -> LogRecord:
    return LogRecord(seconds(row["created_at"]), row["level"], row["event"], row["target"], row["session"], row["fields"], row["revision"])


def _conditions(filters: Mapping[str, str]) -> Iterator[ColumnElement[bool]]:
    """Those of the filters that have a value. What is only for debugging is found by its level alone."""
    if not filters.get("level"):
        yield log_shown
    yield from (_condition(name, value) for name, value in filters.items() if value)


def _condition(name: str, value: str) -> ColumnElement[bool]:
    if name in ("level", "target", "session"):
        return log_records.c[name] == value
    if name == "client":
        return log_client == value
    if name in ("since", "until"):
        limit = at(float(value))
        return log_records.c.created_at >= limit if name == "since" else log_records.c.created_at < limit
    return log_text.icontains(value, autoescape=True)
