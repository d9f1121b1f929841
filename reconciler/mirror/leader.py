"""The right to start what is due: one of several processes has it, by a lock that PostgreSQL gives back when it dies."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

import psycopg

from reconciler.mirror.database import parsed

_CONNECT_S = 2
_ANSWER_MS = 2_000


class PostgresLeader:
    """The ``Leader`` port. ``where`` is the database's address, None while it is not known.

    ``without`` is the answer while PostgreSQL is away: True for the one whose machine it is, since hints that come
    twice do no harm; False for all others.
    """

    def __init__(self, where: Callable[[], str | None], name: str, without: bool) -> None:
        self._where, self._without = where, without
        self._key = int.from_bytes(sha256(f"reconciler {name}".encode()).digest()[:8], signed=True)
        self._own = threading.Lock()
        self._connection: psycopg.Connection | None = None
        self._is_held = False

    def is_ours(self) -> bool:
        with self._own:
            try:
                return self._asked()
            except (psycopg.Error, OSError):
                self._drop()
                return self._without

    def close(self) -> None:
        with self._own:
            self._drop()

    def _asked(self) -> bool:
        url = self._where()
        if url is None:
            return self._without
        if self._connection is None:
            connection = psycopg.connect(
                parsed(url).set(drivername="postgresql").render_as_string(hide_password=False),
                autocommit=True,
                connect_timeout=_CONNECT_S,
                application_name="reconciler leader",
                options=f"-c statement_timeout={_ANSWER_MS}",
            )
            weakref.finalize(self, connection.close).atexit = False  # also for who forgets to close
            self._connection = connection
        if self._is_held:
            self._connection.execute("select 1")  # raises when the connection, and with it the lock, is gone
        else:
            row = self._connection.execute("select pg_try_advisory_lock(%s)", [self._key]).fetchone()
            self._is_held = bool(row and row[0])
        return self._is_held

    def _drop(self) -> None:
        self._is_held = False
        if self._connection is not None:
            with suppress(psycopg.Error, OSError):
                self._connection.close()
            self._connection = None
