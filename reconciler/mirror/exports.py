"""Exports that were made on a schedule, among the artifacts: they belong to no session."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from reconciler.mirror.database import Database
from reconciler.mirror.ids import at, seconds
from reconciler.mirror.tables import EXPORT, artifacts
from reconciler.ports.exports import KeptExport


class SqlExports:
    """``reconciler.ports.exports.ExportList``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, export: KeptExport) -> None:
        row = {
            "id": uuid.UUID(export.id),
            "artifact_type": EXPORT,
            "storage_path": export.path,
            "checksum": export.checksum,
            "size_bytes": export.size_bytes,
            "created_at": at(export.created_at),
            "schedule": export.schedule,
            "machine": export.machine,
        }
        with self._database.changing() as connection:
            connection.execute(insert(artifacts), [row])

    def of(self, schedule: str, machine: str) -> list[KeptExport]:
        wanted = select(artifacts).where(artifacts.c.artifact_type == EXPORT, artifacts.c.schedule == schedule, artifacts.c.machine == machine)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(artifacts.c.created_at.desc(), artifacts.c.id.desc())).mappings()
            return [
                KeptExport(str(r["id"]), schedule, machine, r["storage_path"], r["checksum"], r["size_bytes"], seconds(r["created_at"]))
                for r in rows
            ]

    def remove(self, ids: Sequence[str]) -> None:
        with self._database.changing() as connection:
            connection.execute(delete(artifacts).where(artifacts.c.id.in_([uuid.UUID(id_) for id_ in ids])))
