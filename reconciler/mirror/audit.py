"""The audit trail in the database. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from reconciler.mirror.database import Database
from reconciler.mirror.ids import at, seconds, ulid_of, uuid_of
from reconciler.mirror.tables import audit_logs, users
from reconciler.mirror.totals import Totals
from reconciler.ports.accounts import AuditRecord

_LONGEST_ACTION = 50


class SqlAudit:
    """``reconciler.ports.accounts.Audit``, without a journal: what cannot be kept at once is refused."""

    def __init__(self, database: Database) -> None:
        self._database, self._totals = database, Totals()

    def add(self, record: AuditRecord) -> None:
        with self._database.changing() as connection:
            add(connection, record)

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[AuditRecord], int]:
        wanted = select(audit_logs).where(*(_condition(name, value) for name, value in filters.items() if value))
        newest = wanted.order_by(audit_logs.c.created_at.desc(), audit_logs.c.position.desc()).limit(limit).offset(offset)
        with self._database.reading() as connection:
            found = [_record(row._mapping) for row in connection.execute(newest)]
            return found, self._totals.of(filters, limit, offset, len(found), partial(_count, connection, wanted))


def add(connection: Connection, record: AuditRecord) -> None:
    """One row, whose user is the actor when that is one; nothing when it is there already."""
    user = select(users.c.id).where(users.c.username == record.actor).scalar_subquery()
    values = {
        "id": uuid_of(record.id),
        "user_id": user,
        "action": record.action[:_LONGEST_ACTION],
        "target": record.target,
        "details": dict(record.details),
        "created_at": at(record.created_at),
        "actor": record.actor,
    }
    connection.execute(upsert(audit_logs).values(values).on_conflict_do_nothing(index_elements=["id"]))


def _condition(name: str, value: str) -> ColumnElement[bool]:
    if name in ("actor", "action", "target"):
        return audit_logs.c[name] == value
    if name == "since":
        return audit_logs.c.created_at >= at(float(value))
    if name == "until":
        return audit_logs.c.created_at < at(float(value))
    columns = (audit_logs.c.actor, audit_logs.c.action, audit_logs.c.target, cast(audit_logs.c.details, Text))
    return or_(*(column.icontains(value, autoescape=True) for column in columns))


def _count(connection: Connection, wanted: Select[Any]) -> int:
    return connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()


def _record(row: RowMapping) -> AuditRecord:
    return AuditRecord(ulid_of(row["id"]), row["actor"], row["action"], row["target"], row["details"], seconds(row["created_at"]))
