"""Users, credentials, audit and the log in memory, with the contracts of the real ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.errors import Retryable, Stalled
from reconciler.model.accounts import Credential, Role, User
from reconciler.ports.accounts import AuditRecord


@dataclass
class MemoryCredentials:
    rows: dict[str, Credential] = field(default_factory=dict)

    def add(self, credential: Credential) -> None:
        self.rows[credential.id] = credential

    def with_digest(self, digest: str) -> Credential | None:
        return next((c for c in self.rows.values() if c.digest == digest), None)

    def of(self, username: str) -> list[Credential]:
        return [c for c in self.rows.values() if c.username == username]

    def remove(self, id_: str) -> bool:
        return self.rows.pop(id_, None) is not None


@dataclass
class MemoryUsers:
    rows: dict[str, User] = field(default_factory=dict)
    credentials: MemoryCredentials = field(default_factory=MemoryCredentials)

    def all(self) -> list[User]:
        return sorted(self.rows.values(), key=lambda u: u.username)

    def named(self, username: str) -> User | None:
        return self.rows.get(username)

    def add(self, username: str, password_hash: str, role: Role) -> User:
        if username in self.rows:
            raise Stalled(f"{username}: there is such a user already")
        self.rows[username] = User(len(self.rows) + 1, username, role, password_hash, 1000.0)
        return self.rows[username]

    def change(self, username: str, *, password_hash: str | None = None, role: Role | None = None) -> None:
        old = self.rows.get(username)
        if old is None:
            raise Stalled(f"{username}: there is no such user")
        self.rows[username] = replace(old, password_hash=password_hash or old.password_hash, role=role or old.role)

    def remove(self, username: str) -> None:
        for credential in self.credentials.of(username):
            self.credentials.remove(credential.id)
        self.rows.pop(username, None)


@dataclass
class MemoryAudit:
    """``is_away``: as when nothing can be kept."""

    rows: list[AuditRecord] = field(default_factory=list)
    is_away: bool = False

    def add(self, record: AuditRecord) -> None:
        if self.is_away:
            raise Retryable("the audit trail is away")
        if record.id not in {row.id for row in self.rows}:
            self.rows.append(record)

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[AuditRecord], int]:
        found = [r for r in reversed(self.rows) if all(_is_wanted(r, key, value) for key, value in filters.items() if value)]
        return found[offset : offset + limit], len(found)


def _is_wanted(record: AuditRecord, key: str, value: str) -> bool:
    if key in ("actor", "action", "target"):
        return bool(getattr(record, key) == value)
    if key in ("since", "until"):
        return (record.created_at >= float(value)) == (key == "since")
    return value.lower() in f"{record.actor}\n{record.action}\n{record.target}\n{json.dumps(dict(record.details))}".lower()


@dataclass
class MemoryLog:
    lines: list[dict[str, Any]] = field(default_factory=list)

    def write(self, level: str, event: str, fields: Mapping[str, Any]) -> None:
        self.lines.append({"level": level, "event": event, **fields})


@dataclass
class MemoryFaults:
    seen: list[Exception] = field(default_factory=list)

    def report(self, error: Exception, about: Mapping[str, str]) -> None:
        self.seen.append(error)
