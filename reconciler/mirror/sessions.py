"""What was recorded, to be shown: sessions with their events and artifacts, and what holds of each target now."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, or_, select

from reconciler.mirror.database import Database
from reconciler.mirror.ids import at, seconds
from reconciler.mirror.tables import EXPORT, artifacts, clients, conditions, sync_events, sync_sessions
from reconciler.ports.live import Session, SessionDetail

_WHOLE = select(sync_sessions, clients.c.target).join(clients)
_LISTED = select(artifacts, clients.c.target).select_from(artifacts.outerjoin(sync_sessions).outerjoin(clients))


class SqlSessions:
    """``reconciler.ports.live.Sessions``, and what is shown of artifacts and conditions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[Session], int, Mapping[str, int]]:
        wanted = _WHOLE.where(*(_condition(name, value) for name, value in filters.items() if value))
        newest = wanted.order_by(sync_sessions.c.started_at.desc(), sync_sessions.c.id).limit(limit).offset(offset)
        # Every session has a client: to count them it is joined only where it is asked for.
        counted_from = _WHOLE if filters.get("client") else select(sync_sessions)
        found = counted_from.where(*(_condition(name, value) for name, value in filters.items() if value)).subquery()
        with self._database.reading() as connection:
            counted = connection.execute(select(found.c.status, func.count()).group_by(found.c.status))
            counts = {str(row[0]): int(row[1]) for row in counted}
            return [_session(row) for row in connection.execute(newest).mappings()], sum(counts.values()), counts

    def one(self, id_: str) -> SessionDetail | None:
        """A session with its events in order."""
        key = _key(id_)
        events = select(sync_events).where(sync_events.c.session_id == key).order_by(sync_events.c.position)
        kept = select(artifacts).where(artifacts.c.session_id == key).order_by(artifacts.c.artifact_type)
        with self._database.reading() as connection:
            found = connection.execute(_WHOLE.where(sync_sessions.c.id == key)).mappings().first()
            if found is None:
                return None
            parts = (tuple(_plain(row) for row in connection.execute(rows).mappings()) for rows in (events, kept))
            return SessionDetail(_session(found), *parts)

    def artifact(self, id_: str) -> dict[str, Any] | None:
        with self._database.reading() as connection:
            found = connection.execute(select(artifacts).where(artifacts.c.id == _key(id_))).mappings().first()
        return _plain(found) if found else None

    def artifacts(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
        wanted = _LISTED.where(*(_wanted(name, value) for name, value in filters.items() if value))
        newest = wanted.order_by(artifacts.c.created_at.desc(), artifacts.c.id).limit(limit).offset(offset)
        with self._database.reading() as connection:
            count = connection.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
            return [_plain(row) for row in connection.execute(newest).mappings()], count

    def conditions(self) -> list[dict[str, Any]]:
        with self._database.reading() as connection:
            rows = connection.execute(select(conditions).order_by(conditions.c.target, conditions.c.since, conditions.c.type)).mappings()
            return [_plain(row) for row in rows]

    def forget_artifacts(self, before: float) -> int:
        """Drop what passes left before then, of whichever machine: each lets go of the contents itself. Returns how many.

        Exports go by the retention of their schedule.
        """
        with self._database.changing() as connection:
            return connection.execute(delete(artifacts).where(artifacts.c.created_at < at(before), artifacts.c.artifact_type != EXPORT)).rowcount


def _wanted(name: str, value: str) -> ColumnElement[bool]:
    if name == "client":
        return or_(clients.c.target == value, clients.c.type == value)
    return artifacts.c["artifact_type" if name == "type" else name] == value


def _condition(name: str, value: str) -> ColumnElement[bool]:
    if name == "client":
        return or_(clients.c.target == value, clients.c.type == value)
    if name == "status":
        return sync_sessions.c.status == value
    return sync_sessions.c.started_at >= at(float(value)) if name == "since" else sync_sessions.c.started_at < at(float(value))


def _key(id_: str) -> uuid.UUID | None:
    """None for what is no id: nothing has that."""
    try:
        return uuid.UUID(id_)
    except ValueError:
        return None


def _session(row: RowMapping) -> Session:
    found = _plain(row)
    return Session(found["id"], found["target"], found["started_at"], found["finished_at"], found["status"], found["summary"])


def _plain(row: RowMapping) -> dict[str, Any]:
    """A row with ids as text and times as seconds since 1970."""
    return {str(key): _plain_value(value) for key, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    return seconds(value) if hasattr(value, "tzinfo") else value
