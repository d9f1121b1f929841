"""From the journal into the tables. A record that was taken already changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from reconciler.mirror import audit
from reconciler.mirror.database import Database, Refused
from reconciler.mirror.fitting import fit, fit_text
from reconciler.mirror.ids import at, part_of, uuid_of
from reconciler.mirror.lines import Row
from reconciler.mirror.tables import artifacts, clients, conditions, sync_events, sync_sessions
from reconciler.ports.accounts import AuditRecord

_LONGEST_NAME = 100
_FAULTS = (Refused, KeyError, TypeError, ValueError)
"""What a line of another version, or a damaged one, can lead to."""


def take(database: Database, rows: Sequence[Row]) -> list[Row]:
    """All rows in one transaction. When one cannot be held: each in its own, and those that cannot are given back."""
    try:
        with database.changing() as connection:
            for row in rows:
                _TAKE[row.kind](connection, row.value)
    except _FAULTS:
        return [row for row in rows if not _taken(database, row)]
    return []


def _taken(database: Database, row: Row) -> bool:
    try:
        with database.changing() as connection:
            _TAKE[row.kind](connection, row.value)
    except _FAULTS:
        return False
    return True


def _session(connection: Connection, value: dict[str, Any]) -> None:
    run = uuid_of(value["run"])
    id_ = part_of(run, value["target"]["id"])
    values = {
        "id": id_,
        "client_id": _client(connection, value["target"], value["started_at"]),
        "started_at": at(value["started_at"]),
        "finished_at": at(value["finished_at"]),
        "status": value["status"],
        "summary": fit(value["summary"]),
        "run": run,
    }
    made = connection.execute(upsert(sync_sessions).values(values).on_conflict_do_nothing().returning(sync_sessions.c.id)).first()
    if made is not None:
        _parts(connection, id_, value)


def _parts(connection: Connection, session: uuid.UUID, value: dict[str, Any]) -> None:
    now = at(value["finished_at"])
    events = [
        {
            "id": part_of(session, f"event {n}"),
            "session_id": session,
            "event_type": e["type"],
            "payload": fit(e["payload"]),
            "created_at": now,
            "position": n,
        }
        for n, e in enumerate(value["events"])
    ]
    kept = [
        {
            "id": part_of(session, kind),
            "session_id": session,
            "artifact_type": kind,
            "storage_path": path,
            "checksum": checksum,
            "size_bytes": size,
            "created_at": now,
        }
        for kind, path, checksum, size in value["artifacts"]
    ]
    if events:
        connection.execute(insert(sync_events), events)
    if kept:
        connection.execute(insert(artifacts), kept)


def _client(connection: Connection, target: dict[str, Any], when: float) -> int:
    """The row of the target, as it is registered now."""
    values = {
        "name": fit_text(target["id"])[:_LONGEST_NAME],
        "type": target["client"],
        "config_path": fit_text(target["root"]),
        "settings": fit(target["settings"]),
        "updated_at": at(when),
    }
    known = connection.execute(select(clients).where(clients.c.target == target["id"])).mappings().first()
    if known is None:
        row = upsert(clients).values(**values, target=target["id"], created_at=at(when))
        row = row.on_conflict_do_update(index_elements=["target"], set_=values)
        return int(connection.execute(row.returning(clients.c.id)).scalar_one())
    if any(known[name] != value for name, value in values.items() if name != "updated_at"):
        connection.execute(clients.update().where(clients.c.id == known["id"]).values(values))
    return int(known["id"])


def _status(connection: Connection, value: dict[str, Any]) -> None:
    target = value["target"]
    _client(connection, target, value["at"])
    connection.execute(delete(conditions).where(conditions.c.target == target["id"]))
    rows = [
        {**fit({k: v for k, v in c.items() if k != "since"}), "since": at(c["since"]), "target": target["id"]} for c in value["conditions"]
    ]
    if rows:
        connection.execute(upsert(conditions).values(rows).on_conflict_do_nothing())


def _audit(connection: Connection, value: dict[str, Any]) -> None:
    audit.add(connection, AuditRecord(**{**value, "details": fit(value["details"]), "target": fit_text(value["target"])}))


_TAKE: dict[str, Callable[[Connection, dict[str, Any]], None]] = {"session": _session, "status": _status, "audit": _audit}
