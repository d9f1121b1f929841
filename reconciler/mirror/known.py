"""Whom the database let in lately is known while it is away, so that its restart stops nobody's work.

Nobody gets a right by this that the database did not confirm minutes ago, and nothing changes rights without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from reconciler.errors import Retryable
from reconciler.model.accounts import Credential, Role, User
from reconciler.ports import Clock
from reconciler.ports.accounts import Credentials, Users

KNOWN_S = 600.0
"""How long the last answer of the database counts: so long may somebody who was locked out elsewhere go on here."""
T = TypeVar("T")


class _Lately(Generic[T]):
    """The last answers, by what was asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[str, tuple[T, float]] = {}

    def answer(self, key: str, ask: Callable[[str], T | None]) -> T | None:
        """What the database says; while it is away, what it said lately. Raises ``Retryable`` when that is not known."""
        try:
            found = ask(key)
        except Retryable:
            known, at = self._answers.get(key, (None, 0.0))
            if known is None or self._clock.now() - at > KNOWN_S:
                raise
            return known
        self._answers.pop(key, None)
        if found is not None:
            self._answers[key] = (found, self._clock.now())
            self._drop_old()
        return found

    def forget(self, is_meant: Callable[[T], bool]) -> None:
        for key in [key for key, (known, _) in list(self._answers.items()) if is_meant(known)]:
            self._answers.pop(key, None)

    def _drop_old(self) -> None:
        """The oldest come first: each answer is put at the end."""
        for key, (_, at) in list(self._answers.items()):
            if self._clock.now() - at <= KNOWN_S:
                return
            self._answers.pop(key, None)


class KnownUsers:
    """``reconciler.ports.accounts.Users``."""

    def __init__(self, users: Users, clock: Clock) -> None:
        self._users = users
        self._lately: _Lately[User] = _Lately(clock)

    def all(self) -> list[User]:
        return self._users.all()

    def named(self, username: str) -> User | None:
        return self._lately.answer(username, self._users.named)

    def add(self, username: str, password_hash: str, role: Role) -> User:
        return self._users.add(username, password_hash, role)

    def change(self, username: str, *, password_hash: str | None = None, role: Role | None = None) -> None:
        self._lately.forget(lambda user: user.username == username)
        self._users.change(username, password_hash=password_hash, role=role)

    def remove(self, username: str) -> None:
        self._lately.forget(lambda user: user.username == username)
        self._users.remove(username)


class KnownCredentials:
    """``reconciler.ports.accounts.Credentials``. One-time links need the database: it alone knows who came first."""

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        self._credentials = credentials
        self._lately: _Lately[Credential] = _Lately(clock)

    def add(self, credential: Credential) -> None:
        self._credentials.add(credential)

    def with_digest(self, digest: str) -> Credential | None:
        return self._lately.answer(digest, self._credentials.with_digest)

    def of(self, username: str) -> list[Credential]:
        return self._credentials.of(username)

    def remove(self, id_: str) -> bool:
        self._lately.forget(lambda credential: credential.id == id_)
        return self._credentials.remove(id_)
