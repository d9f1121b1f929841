"""What the gateway needs from the rest of the program; ``wiring`` and the tests fill it in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.board import Board, Engines
from api.kept import Kept
from reconciler.mapping.printable import HIDDEN
from reconciler.mapping.secret_guard import hidden, leaks
from reconciler.ports import Clock, Stopwatch, Waiting
from reconciler.ports.accounts import Audit, Credentials, Users
from reconciler.ports.faults import Faults
from reconciler.ports.live import Live, Sessions, Texts
from reconciler.ports.logs import EventLog, Logs
from reconciler.schedule.exporting import Exporting


@dataclass(frozen=True)
class Gateway:
    """How the gateway is reached. ``hosts`` are names that it answers to, ``origins`` pages that may call it beside its own."""

    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "::1"})
    origins: frozenset[str] = frozenset()
    is_secure: bool = False
    """True behind TLS: cookies are then sent over it alone."""
    most_bytes: int = 1_000_000
    session_s: float = 12 * 3600.0
    access_s: float = 3600.0
    webhook_secret: str = ""
    fresh_s: float = 1.0
    """How old an answer about the state of the targets may be."""


@dataclass(frozen=True)
class Services:
    """``board`` is made from the rest."""

    engines: Engines
    users: Users
    credentials: Credentials
    audit: Audit
    live: Live
    sessions: Sessions
    artifacts: Texts
    log: EventLog
    logs: Logs
    faults: Faults
    exporting: Exporting
    clock: Clock
    stopwatch: Stopwatch
    entropy: Callable[[int], bytes]
    gateway: Gateway = field(default_factory=Gateway)
    waiting_for: Callable[[], Sequence[str]] = tuple
    """The parts that are not ready yet."""
    problems: Callable[[], Mapping[str, str]] = dict
    """Each part by name, with what is wrong with it; empty when it works."""
    parts: Callable[[], Mapping[str, str]] = dict
    """How each part of the service is set up here; no address that may hold a password."""
    pages: Callable[[], Mapping[str, bytes]] = dict
    """The built files of the dashboard by their paths; empty where it was not built."""
    pushed: Callable[[], None] = lambda: None
    """Somebody pushed to the remote: look there."""
    hide: Callable[[Any], Any] = lambda value: hidden(value, lambda text: leaks(text), HIDDEN)
    """The value without secrets in any text of it: those of the vault too, where there is one."""
    measured: Callable[[], Iterable[Any]] = tuple
    """What was counted, as Prometheus' own library has it."""
    hints: Callable[[], Waiting] = Waiting
    """What waits for the next pass."""
    kept: Kept = field(default_factory=Kept)
    board: Board = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "board", Board(self.engines, self.stopwatch, self.gateway.fresh_s))


def services_of(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


Given = Annotated[Services, Depends(services_of)]
