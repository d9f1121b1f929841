"""Who may use the program, and what they sign in with."""

from __future__ import annotations

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from reconciler.errors import Stalled
from reconciler.mirror.database import Database
from reconciler.mirror.ids import at, seconds
from reconciler.mirror.tables import credentials, users
from reconciler.model.accounts import Credential, Role, User
from reconciler.ports import Clock


class SqlUsers:
    """``reconciler.ports.accounts.Users``."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def all(self) -> list[User]:
        with self._database.reading() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.username))]

    def named(self, username: str) -> User | None:
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.username == username)).first()
        return _user(row) if row else None

    def add(self, username: str, password_hash: str, role: Role) -> User:
        values = {"username": username, "password_hash": password_hash, "role": role, "created_at": at(self._clock.now())}
        with self._database.changing() as connection:
            row = connection.execute(upsert(users).values(values).on_conflict_do_nothing().returning(users)).first()
        if row is None:
            raise Stalled(f"{username}: there is such a user already")
        return _user(row)

    def change(self, username: str, *, password_hash: str | None = None, role: Role | None = None) -> None:
        values = {name: value for name, value in (("password_hash", password_hash), ("role", role)) if value is not None}
        with self._database.changing() as connection:
            found = connection.execute(update(users).where(users.c.username == username).values({**values, "username": username}))
        if not found.rowcount:
            raise Stalled(f"{username}: there is no such user")

    def remove(self, username: str) -> None:
        with self._database.changing() as connection:
            connection.execute(delete(credentials).where(credentials.c.username == username))
            connection.execute(delete(users).where(users.c.username == username))


class SqlCredentials:
    """``reconciler.ports.accounts.Credentials``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, credential: Credential) -> None:
        times = {"created_at": at(credential.created_at), "expires_at": at(credential.expires_at)}
        with self._database.changing() as connection:
            connection.execute(insert(credentials).values({**vars(credential), **times}))

    def with_digest(self, digest: str) -> Credential | None:
        with self._database.reading() as connection:
            row = connection.execute(select(credentials).where(credentials.c.digest == digest)).first()
        return _credential(row) if row else None

    def of(self, username: str) -> list[Credential]:
        wanted = select(credentials).where(credentials.c.username == username).order_by(credentials.c.created_at, credentials.c.id)
        with self._database.reading() as connection:
            return [_credential(row) for row in connection.execute(wanted)]

    def remove(self, id_: str) -> bool:
        with self._database.changing() as connection:
            return bool(connection.execute(delete(credentials).where(credentials.c.id == id_)).rowcount)


def _user(row: Row[*tuple[object, ...]]) -> User:
    found = row._mapping
    return User(found["id"], found["username"], found["role"], found["password_hash"], seconds(found["created_at"]))


def _credential(row: Row[*tuple[object, ...]]) -> Credential:
    found = dict(row._mapping)
    return Credential(**{**found, "created_at": seconds(found["created_at"]), "expires_at": seconds(found["expires_at"])})
