"""What the HTTP gateway of `up` is given: the engine, and whatever of this machine has started."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from api import credentials
from api.app import create_app
from api.listening import Listening, Tls
from api.services import Gateway, Services
from api.serving import Serving
from reconciler.cli import quick
from reconciler.cli.voice import Voice
from reconciler.deploy.clock import SystemClock, SystemStopwatch
from reconciler.deploy.dashboard import dashboard_files
from reconciler.deploy.export_files import LocalExportFiles
from reconciler.deploy.memory import FileMemory
from reconciler.deploy.template import template_files
from reconciler.errors import ReconcilerError, Retryable
from reconciler.events.local_live import LocalLive
from reconciler.mapping.printable import HIDDEN
from reconciler.mapping.secret_guard import hidden
from reconciler.mapping.secret_guard import leaks as by_shape
from reconciler.ports import Hint, Memory, Vault
from reconciler.ports.brake import Brake
from reconciler.ports.faults import NoFaults
from reconciler.ports.logs import Logs
from reconciler.ports.measures import Measures, NoMeasures
from reconciler.ports.servers import POSTGRESQL
from reconciler.reconcile.exports import Sources
from reconciler.reconcile.passes import Reconciler
from reconciler.schedule.exchange import FETCH
from reconciler.schedule.exporting import Exporting
from reconciler.schedule.timing import machine_zone
from reconciler.secrets.scan import Scan
from reconciler.secrets.vault import open_vault
from reconciler.settings import Settings
from reconciler.store.address import remembered_address, shown_address
from reconciler.wiring import artifacts, brake, is_shared, locked, opened, opened_dry, outliving
from reconciler.wiring.running import Running
from reconciler.wiring.telemetry import Telling

PORT = 8787
_STARTING_S = 60.0
_LOGS = 3
_ADD = "reconciler users add NAME --role admin"


@dataclass(frozen=True)
class Engines:
    """The engine on this machine's real files."""

    settings: Settings
    measures: Measures = field(default_factory=NoMeasures)
    _vault: Vault = field(init=False, compare=False, repr=False)
    _first: list[Reconciler] = field(default_factory=list, compare=False, repr=False)
    """The first that looked: what it and the others have read is not read again."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_vault", open_vault(self.settings.vault))

    def looking(self) -> Reconciler:
        engine = opened_dry(self.settings, vault=self._vault)
        if not self._first:
            self._first.append(engine)
        return engine.knowing(self._first[0])

    @contextmanager
    def changing(self, person: str, approves: bool = False) -> Iterator[Reconciler]:
        with locked(self.settings.lock):
            quick.forget(self.settings)
            engine = opened(replace(self.settings, person=person), measures=self.measures)
            yield replace(engine, ports=replace(engine.ports, approves=approves))

    @contextmanager
    def adopting(self, person: str) -> Iterator[Reconciler]:
        with locked(self.settings.lock):
            quick.forget(self.settings)
            yield opened(replace(self.settings, person=person), create=True, measures=self.measures)

    def is_shared(self) -> bool:
        return is_shared(self.settings)

    def brake(self) -> Brake:
        return brake(self.settings)

    def template(self) -> Mapping[str, bytes]:
        return template_files()

    def memory(self) -> Memory:
        return FileMemory(self.settings.memory)


@dataclass
class Accounts:
    """Users, credentials, audit and recorded passes, from when the database answers; ``Retryable`` until then."""

    url: Callable[[], str | None]
    _made: tuple[str, tuple[Any, ...]] | None = None
    _close: Callable[[], None] = lambda: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def part(self, number: int) -> Any:
        url = self.url()
        if url is None:
            raise Retryable("the database has not started yet; try again in a moment", after_s=2.0)
        with self._lock:
            if self._made is None or self._made[0] != url:
                from reconciler.wiring.mirror import accounts, database, exports, sessions

                made = database(url)
                self.close()
                self._made, self._close = (url, (*accounts(made), sessions(made), exports(made))), made.close
            return self._made[1][number]

    def close(self) -> None:
        self._close()


@dataclass(frozen=True)
class _Later:
    """One of several parts that are there once the database is."""

    accounts: Accounts
    number: int

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **more: getattr(self.accounts.part(self.number), name)(*given, **more)


class _Silent:
    def write(self, *_: object) -> None: ...


def accounts_of(up: Running) -> Accounts:
    return Accounts(lambda: up.supply.database_url)


def logs_of(accounts: Accounts) -> Logs:
    """The log that PostgreSQL keeps."""
    logs: Logs = _Later(accounts, _LOGS)
    return logs


def gateway(settings: Settings, services: Services, port: int) -> Serving:
    """The HTTP server, not started yet. Raises ``Stalled`` when the port is taken, or others could listen on the way."""
    tls = settings.tls()
    name = next(iter(sorted(settings.api_hosts)), "")
    listening = Listening(port, settings.api_host, Tls(*tls) if tls else None, name if tls else "")
    hosts = services.gateway.hosts | ({settings.api_host} - {"0.0.0.0", "::"})  # noqa: S104  # no name of any machine
    return Serving(create_app(replace(services, gateway=replace(services.gateway, hosts=hosts, is_secure=listening.is_secure))), listening)


def services_of(up: Running, accounts: Accounts, told: Telling) -> Services:
    """What the gateway of `up` works with, and chores that need as much."""
    services = replace(services_over(up.settings, accounts, told.logs), log=told.log, faults=up.faults)
    pushed = partial(up.hints.publish, Hint(None, "somebody pushed", FETCH.work))
    seen = replace(services, live=up.live, pushed=pushed, waiting_for=up.health.waiting, problems=up.health.problems)
    return replace(seen, engines=Engines(up.settings, up.measures), measured=up.measures.collect, hints=up.hints.waiting)


def services_over(settings: Settings, accounts: Accounts, logs: Logs | None = None) -> Services:
    """The gateway's services on a database; what happens stays in this process. ``logs``: where they are not in the database."""
    *people, _, recorded, kept = (_Later(accounts, number) for number in range(6))
    logs = logs or logs_of(accounts)
    users, creds, audit = outliving(settings, *people)
    engines, clock = Engines(settings), SystemClock()
    sources = Sources(engines.looking, audit, logs, clock.now)
    return Services(
        engines=engines,
        users=users,
        credentials=creds,
        audit=audit,
        live=LocalLive(SystemClock()),
        sessions=recorded,
        artifacts=artifacts(settings),
        log=_Silent(),
        logs=logs,
        faults=NoFaults(),
        hide=partial(_hidden, Scan(open_vault(settings.vault))),
        exporting=Exporting(sources, LocalExportFiles(settings.exports), kept, engines.memory(), clock, os.urandom, machine_zone),
        clock=clock,
        stopwatch=SystemStopwatch(),
        entropy=os.urandom,
        parts=partial(_parts, settings),
        pages=dashboard_files,
        gateway=Gateway(hosts=Gateway().hosts | settings.api_hosts, webhook_secret=settings.webhook_secret),
    )


def _hidden(leaks: Callable[[str], Iterable[str]], value: Any) -> Any:
    """Without the vault's values too; while that cannot be read, without what looks like a secret."""
    try:
        return hidden(value, leaks, HIDDEN)
    except (ReconcilerError, OSError):
        return hidden(value, lambda text: by_shape(text), HIDDEN)


def _parts(settings: Settings) -> dict[str, str]:
    """How each part is set up; of addresses only that there is one."""
    own = {"postgresql": settings.database_url, "redis": settings.redis_url}
    remote = settings.git_remote or remembered_address(settings.repository)
    return {name: "your own" if url else "embedded" for name, url in own.items()} | {"git remote": shown_address(remote) if remote else "none"}


def welcome(up: Running, services: Services, address: str, voice: Voice) -> None:
    """Once the database answers and nobody may sign in yet: the link that makes the first admin. Waits in a thread of its own.

    Only a person's screen is given the link: it lets its reader in, and a log is read by others.
    """

    def run() -> None:
        if up.supply.wait(POSTGRESQL, _STARTING_S) is None:
            return
        try:
            if not services.users.all():
                voice.say("first-admin", [f"first admin: {_link(services, address)} (once, within a day)"] if voice.is_text else (), next=_ADD)
        except Exception:  # the rest goes on: /healthz tells of a database that is away
            voice.say("first-admin", [f"the database does not answer; `{_ADD}` makes the first admin later"], next=_ADD)

    threading.Thread(target=run, name="welcome", daemon=True).start()


def _link(services: Services, address: str) -> str:
    return f"{address}/setup#{credentials.issue_link(services, 'setup')}"
