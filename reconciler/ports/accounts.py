"""The doors to people and their doings: users, what they sign in with, and the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.model.accounts import Credential, Role, User

GUARDED = ("users.", "tokens.", "policy.")
"""What changes permissions or policy: done only when the trail holds it where everybody can read it, not in a journal alone."""


class Users(Protocol):
    """All raise ``Retryable`` while the database is away: nobody gets or loses rights unseen."""

    def all(self) -> list[User]: ...

    def named(self, username: str) -> User | None: ...

    def add(self, username: str, password_hash: str, role: Role) -> User:
        """Raises ``Stalled`` when the name is taken."""

    def change(self, username: str, *, password_hash: str | None = None, role: Role | None = None) -> None:
        """What is left out stays. Raises ``Stalled`` when there is no such user."""

    def remove(self, username: str) -> None:
        """Take the user away, and all that the user signs in with; what the user did stays in the audit trail."""


class Credentials(Protocol):
    """What people sign in with. No secret is here: only its digest."""

    def add(self, credential: Credential) -> None: ...

    def with_digest(self, digest: str) -> Credential | None: ...

    def of(self, username: str) -> list[Credential]: ...

    def remove(self, id_: str) -> bool:
        """False when it was not there: of two who use a one-time link at once, one gets True."""


@dataclass(frozen=True)
class AuditRecord:
    """Who did what to which thing. ``id`` is a ulid; ``details`` is masked; ``created_at`` is seconds since 1970."""

    id: str
    actor: str
    action: str
    target: str
    details: Mapping[str, Any]
    created_at: float


class Audit(Protocol):
    """Only ever added to."""

    def add(self, record: AuditRecord) -> None:
        """Durable when it returns; the same record twice is one. Raises ``Retryable`` when it cannot be kept.

        While the database is away it goes to this machine's journal, but for the actions in ``GUARDED``.
        """

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[AuditRecord], int]:
        """Newest first, and how many there are.

        Filters: ``actor``, ``action`` and ``target`` as they are, ``text`` anywhere, ``since`` and ``until`` in seconds since 1970.
        """
