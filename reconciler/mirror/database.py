"""The connection: made from an address, and its failures told in words. No error ever shows a statement or its values."""

from __future__ import annotations

import math
import re
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError, SQLAlchemyError, StatementError
from sqlalchemy.pool import ConnectionPoolEntry

from reconciler.errors import ReconcilerError, Retryable, Stalled

_CONNECT_S = 5
_CONNECTIONS = 15
"""At once, each made when it is needed first and then kept: to make one costs more than ten answers."""
_FRESH_S = 1.0
_STATEMENT_MS = 60_000
_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_CURES = (
    (re.compile(r"password authentication failed|no password supplied"), "the user or the password is wrong; mend RECONCILER_DATABASE_URL"),
    (re.compile(r'role "[^"]*" does not exist'), "there is no such user; mend RECONCILER_DATABASE_URL"),
    (re.compile(r'database "[^"]*" does not exist'), "there is no such database; make it, or mend RECONCILER_DATABASE_URL"),
    (re.compile(r"translate host name|Name or service"), "there is no such host; mend RECONCILER_DATABASE_URL"),
    (
        re.compile(r"invalid response|received invalid|unsupported protocol|SSL negotiation"),
        "what answers there is no PostgreSQL; mend RECONCILER_DATABASE_URL",
    ),
    (re.compile(r"no pg_hba.conf entry"), "the server does not let this machine in; see its pg_hba.conf"),
)
_FOR_A_PERSON = ("28", "3D", "42501", "42P", "42703", "0A")
"""SQLSTATE beginnings: not let in, no such database, not allowed, not our tables."""


class Refused(ReconcilerError):
    """The database can never hold this: trying again changes nothing."""


class Database:
    """Connects when first asked. Shared by threads."""

    def __init__(self, url: str) -> None:
        self._url = parsed(url)
        self._engine: Engine | None = None
        self._is_closed = False
        self._one_at_a_time = Lock()

    def __repr__(self) -> str:
        return f"Database({self.place})"

    @property
    def place(self) -> str:
        """Where it is, without the password."""
        host = self._url.host or self._url.query.get("host") or "localhost"
        return f"{host}{f':{self._url.port}' if self._url.port else ''}/{self._url.database or ''}"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Each statement for itself: to begin and end a transaction would be two more ways to the server and back."""
        with self._translated(), self._in_use() as engine, engine.connect() as connection:
            yield connection

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """One transaction: all of it, durable, or nothing."""
        with self._translated(), self._in_use() as engine, engine.execution_options(isolation_level="READ COMMITTED").begin() as connection:
            yield connection

    def close(self) -> None:
        """What another thread uses just now, or asks for later, is closed when it is done."""
        with self._one_at_a_time:
            self._is_closed = True
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.pool.dispose()

    @contextmanager
    def _in_use(self) -> Iterator[Engine]:
        with self._one_at_a_time:
            engine = self._open()
        try:
            yield engine
        finally:
            if engine is not self._engine:
                engine.pool.dispose()

    def _open(self) -> Engine:
        if self._engine is not None:
            return self._engine
        options = f"-c statement_timeout={_STATEMENT_MS} -c timezone=UTC -c datestyle=ISO"
        given = {"connect_timeout": _CONNECT_S, "application_name": "reconciler", "options": options}
        kept = {"pool_size": _CONNECTIONS, "max_overflow": 0, "pool_use_lifo": True, "pool_timeout": 10}
        made = create_engine(self._url, hide_parameters=True, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, connect_args=given, **kept)
        _look_before_use(made)
        weakref.finalize(self, made.pool.dispose).atexit = False  # also for who forgets to close
        if not self._is_closed:
            self._engine = made
        return made

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise _told(error, self.place) from error
        except StatementError as error:
            raise Refused(f"PostgreSQL at {self.place}: a value does not fit its column") from error
        except SQLAlchemyError as error:
            raise Retryable(f"PostgreSQL at {self.place}: {type(error).__name__}", after_s=5.0) from error


def _look_before_use(engine: Engine) -> None:
    """Whether the server is still there is asked of a connection that has rested, not before every statement."""

    @event.listens_for(engine, "checkin")
    def rests(_: object, record: ConnectionPoolEntry) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(found: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("since", math.inf) > _FRESH_S:
            try:
                engine.dialect.do_ping(found)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error  # the others are gone as well: new ones are made


def parsed(url: str) -> URL:
    try:
        found = make_url(url)
    except ArgumentError:
        found = None
    if found is None or found.drivername not in _SCHEMES:
        raise Stalled("RECONCILER_DATABASE_URL: expected postgresql://user:password@host:port/database")
    return found.set(drivername="postgresql+psycopg")


def _told(error: DBAPIError, place: str) -> ReconcilerError:
    """What the library said, as ours: its own text may hold statements and values."""
    state = str(getattr(error.orig, "sqlstate", "") or "")
    said = str(error.orig) if not state else ""
    for pattern, advice in _CURES:
        if pattern.search(said):
            return Stalled(f"PostgreSQL at {place}: {advice}")
    what = str(getattr(getattr(error.orig, "diag", None), "message_primary", "") or "") if state[:2] in ("28", "3D", "53") else ""
    if state.startswith(_FOR_A_PERSON):
        return Stalled(f"PostgreSQL at {place}: {what or f'it refuses ({state})'}; see RECONCILER_DATABASE_URL")
    if state.startswith(("22", "23")):
        return Refused(f"PostgreSQL at {place}: it cannot hold this ({state})")
    if state.startswith("53"):
        return Retryable(f"PostgreSQL at {place}: {what}; make room on its disk, or more connections", after_s=10.0)
    return Retryable(
        f"PostgreSQL at {place} is away{f' ({state})' if state else ''}; what happens meanwhile is kept and told later", after_s=5.0
    )
