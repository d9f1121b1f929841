"""Who is known while the database is away, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from reconciler.errors import Retryable
from reconciler.mirror.known import KNOWN_S, KnownCredentials, KnownUsers
from reconciler.model.accounts import Credential, User
from tests.fakes.accounts import MemoryCredentials, MemoryUsers
from tests.fakes.clock import FakeClock

TOKEN = Credential("id", "digest", "token", "ann", "mine", "viewer", 1.0, 2e9)


@dataclass
class Users(MemoryUsers):
    is_away: bool = False

    def named(self, username: str) -> User | None:
        if self.is_away:
            raise Retryable("away")
        return super().named(username)


@dataclass
class Credentials(MemoryCredentials):
    is_away: bool = False

    def with_digest(self, digest: str) -> Credential | None:
        if self.is_away:
            raise Retryable("away")
        return super().with_digest(digest)


@pytest.fixture
def users() -> Users:
    made = Users()
    made.add("ann", "a hash", "operator")
    return made


def test_who_was_there_lately_is_still_known(users: Users) -> None:
    known, before = KnownUsers(users, FakeClock()), users.named("ann")
    assert known.named("ann") == before
    users.is_away = True
    assert known.named("ann") == before


def test_after_a_while_the_database_must_say_so_again(users: Users) -> None:
    clock = FakeClock()
    known = KnownUsers(users, clock)
    known.named("ann")
    users.is_away = True
    clock.advance(KNOWN_S + 1)
    with pytest.raises(Retryable):
        known.named("ann")


def test_what_the_database_denied_last_is_denied(users: Users) -> None:
    known = KnownUsers(users, FakeClock())
    known.named("ann")
    users.remove("ann")  # by another process
    assert known.named("ann") is None
    users.is_away = True
    with pytest.raises(Retryable):
        known.named("ann")


def test_a_user_whose_rights_changed_is_known_only_anew(users: Users) -> None:
    known = KnownUsers(users, FakeClock())
    known.named("ann")
    known.change("ann", role="viewer")
    users.is_away = True
    with pytest.raises(Retryable):
        known.named("ann")


def test_a_revoked_token_is_not_known(users: Users) -> None:
    stored = Credentials({TOKEN.id: TOKEN})
    known = KnownCredentials(stored, FakeClock())
    assert known.with_digest("digest") == TOKEN
    assert known.remove(TOKEN.id)
    stored.is_away = True
    with pytest.raises(Retryable):
        known.with_digest("digest")
