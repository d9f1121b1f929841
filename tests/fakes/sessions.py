"""Recorded passes in memory, with the contract of the real ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Stalled
from reconciler.ports.live import Session, SessionDetail
from tests.fakes.exports import MemoryExports


@dataclass
class MemorySessions:
    rows: list[SessionDetail] = field(default_factory=list)
    exports: MemoryExports = field(default_factory=MemoryExports)

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[Session], int, Mapping[str, int]]:
        found = [d.session for d in reversed(self.rows) if all(getattr(d.session, k, v) == v for k, v in filters.items())]
        counts: dict[str, int] = {}
        for one in found:
            counts[one.status] = counts.get(one.status, 0) + 1
        return found[offset : offset + limit], len(found), counts

    def one(self, id_: str) -> SessionDetail | None:
        return next((d for d in self.rows if d.session.id == id_), None)

    def artifact(self, id_: str) -> Mapping[str, Any] | None:
        return next((a for a in self._artifacts() if a["id"] == id_), None)

    def artifacts(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[Mapping[str, Any]], int]:
        names = {"type": "artifact_type", "client": "target"}
        found = [a for a in self._artifacts() if all(a.get(names.get(k, k)) == v for k, v in filters.items() if v)]
        found.sort(key=lambda a: (-float(a["created_at"]), a["id"]))
        return found[offset : offset + limit], len(found)

    def _artifacts(self) -> list[Mapping[str, Any]]:
        left = [{"target": d.session.client, "session_id": d.session.id, "created_at": 0.0, "size_bytes": 0, **a} for d in self.rows for a in d.artifacts]
        return [*left, *({**vars(e), "artifact_type": "export", "storage_path": e.path} for e in self.exports.rows)]


@dataclass
class MemoryTexts:
    """Contents of artifacts, by their digest."""

    rows: dict[str, bytes] = field(default_factory=dict)

    def keep(self, text: str) -> tuple[str, str, int]:
        data = text.encode()
        digest = hashlib.sha256(data).hexdigest()
        self.rows[digest] = data
        return digest, f"sha256:{digest}", len(data)

    def read(self, path: str, checksum: str) -> bytes | None:
        data = self.rows.get(path)
        if data is not None and checksum != f"sha256:{hashlib.sha256(data).hexdigest()}":
            raise Stalled(f"{path}: this artifact is damaged")
        return data

    def forget(self, path: str) -> None:
        self.rows.pop(path, None)
