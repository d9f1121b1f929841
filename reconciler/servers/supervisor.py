"""Both servers of a home: each starts without the other, both stop together, and each is replaced by a URL when one is given."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from reconciler.errors import ReconcilerError, Retryable, Stalled
from reconciler.ports.servers import POSTGRESQL, REDIS, Endpoints, Part
from reconciler.servers import postgres, valkey
from reconciler.servers.account import account
from reconciler.servers.daemon import Daemon
from reconciler.servers.places import Places, places
from reconciler.servers.programs import postgres_programs, valkey_program

_TITLES = {POSTGRESQL: "PostgreSQL", REDIS: "Redis"}
_VARIABLES = {POSTGRESQL: "RECONCILER_DATABASE_URL", REDIS: "RECONCILER_REDIS_URL"}
_PROGRAMS = {POSTGRESQL: postgres.NAME, REDIS: valkey.NAME}
"""Whose data, log and password these are."""


class _Server(Protocol):
    @property
    def url(self) -> str: ...

    @property
    def daemon(self) -> Daemon: ...

    def start(self) -> None: ...


@dataclass
class EmbeddedServers:
    """``database_url`` and ``redis_url`` are servers of the user's own: then none is started in their place."""

    home: Path
    database_url: str = ""
    redis_url: str = ""
    search_path: str = os.defpath
    user: str = ""
    runtime: Path | None = None
    _lock: int | None = field(default=None, repr=False)
    _places: Places | None = field(default=None, repr=False)
    _made: dict[str, _Server] = field(default_factory=dict, repr=False)
    _preparing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def each(self) -> Mapping[str, Callable[[], str]]:
        return {name: partial(self.bring_up, name) for name in _TITLES}

    def start(self) -> Endpoints:
        """Bring up both. Raises ``Stalled`` or ``Retryable`` at the first that cannot be."""
        return Endpoints(self.bring_up(POSTGRESQL), self.bring_up(REDIS))

    def bring_up(self, name: str) -> str:
        """Start one if it does not run, take it over if it does; where it answers. Again: mends what fell over meanwhile."""
        return self._given(name) or self._started(name).url

    def stop(self) -> None:
        """Stop what this process started or took over, in good order. What cannot be stopped is left."""
        if self._lock is None:
            return
        for server in self._made.values():
            server.daemon.stop()
        os.close(self._lock)
        self._lock = None

    def running(self, name: str) -> str | None:
        """Where a server is when it answers, whoever started it; starts none."""
        if given := self._given(name):
            return given
        try:
            return self._server(name).url if self.home.exists() and self._server(name).daemon.is_running() else None
        except ReconcilerError:
            return None

    def health(self) -> list[Part]:
        """Each server, whether it answers, and how to mend it."""
        return [part for name in _TITLES for part in self._part(name)]

    # ------------------------------------------------------------ parts

    def _part(self, name: str) -> Iterator[Part]:
        title, variable, program = _TITLES[name], _VARIABLES[name], _PROGRAMS[name]
        if url := self._given(name):
            yield Part(title, True, f"{variable} says {_shown(url)}")
            return
        try:
            is_running = self.home.exists() and self._server(name).daemon.is_running()
        except (ReconcilerError, OSError) as error:
            yield Part(title, False, str(error), f"mend that, or set {variable}")
            return
        log = self.home / f"{program}.log"
        detail = f"embedded, in {self.home / program}" + ("" if is_running else "; it does not run")
        yield Part(title, is_running, detail, "" if is_running else f"`reconciler up` starts it; its log is {log}", is_idle=not is_running)
        where = self.home / program / valkey.DAMAGED
        if name == REDIS and where.exists():
            yield Part("Redis file", True, f"a damaged one was put aside in {where}; no data was in it but hints", f"remove {where}")

    def _given(self, name: str) -> str:
        return self.database_url if name == POSTGRESQL else self.redis_url

    def _started(self, name: str) -> _Server:
        try:
            with self._preparing:
                self._all_places().prepare()
                self._take_lock()
                server = self._server(name)
            server.start()
            return server
        except Stalled as error:
            advice = "" if _VARIABLES[name] in str(error) else f"; mend that, or set {_VARIABLES[name]}"
            raise Stalled(f"{error}{advice}") from error
        except OSError as error:
            raise Stalled(f"{error.filename or self.home}: {error.strerror}; RECONCILER_HOME must be writable, with free space") from error

    def _server(self, name: str) -> _Server:
        if name not in self._made:
            found = self._all_places()
            makers: dict[str, Callable[[], _Server]] = {
                POSTGRESQL: lambda: postgres.Postgres(found, postgres_programs(found.account, self.search_path)),
                REDIS: lambda: valkey.Valkey(found, valkey_program(found.account, self.search_path)),
            }
            self._made[name] = makers[name]()
        return self._made[name]

    def _all_places(self) -> Places:
        if self._places is None:
            self._places = places(self.home, account(self.user), self.runtime)
        return self._places

    def _take_lock(self) -> None:
        """One process looks after the servers. The lock goes with it, however it ends."""
        if self._lock is not None:
            return
        handle = os.open(self._all_places().lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Retryable(
                f"{self.home}: another `reconciler up` has these servers; stop it first, or use another RECONCILER_HOME"
            ) from None
        self._lock = handle


def _shown(url: str) -> str:
    """The address without its password."""
    parts = urlsplit(url)
    place = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
    return f"{parts.scheme}://{place}"
