"""The program's own log: events come in from any thread and go out, masked, from one of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from reconciler.mapping.secret_guard import hidden
from reconciler.ports import Clock
from reconciler.ports.logs import LogRecord, Outlet
from reconciler.ports.measures import Measures
from reconciler.telemetry.records import record_of

MOST_WAITING = 10_000
_END_S = 5.0
_HIDDEN = "(not shown: it looks like a secret)"
_WITHHELD = "the vault cannot be read, so nothing that may hold its values is told"
Leaks = Callable[[str], Iterable[str]]
"""The secrets that stand in a text, those of the vault too."""


@dataclass(frozen=True)
class _Event:
    at: float
    level: str
    name: str
    fields: Mapping[str, Any]


class QueuedLog:
    """``reconciler.ports.logs.EventLog``. Who writes only puts into a queue; when that is full, the event is dropped and counted."""

    def __init__(self, outlets: Sequence[Outlet], leaks: Leaks, clock: Clock, measures: Measures) -> None:
        self._outlets, self._leaks, self._clock, self._measures = outlets, leaks, clock, measures
        self._waiting: queue.Queue[_Event | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._own = threading.Lock()
        self._has_ended = False
        self._logger: Any = structlog.wrap_logger(_Handing(outlets), processors=[self._masked, _handed], wrapper_class=structlog.BoundLogger).bind()

    def write(self, level: str, event: str, fields: Mapping[str, Any]) -> None:
        one = _Event(self._clock.now(), level, event, dict(fields))
        if self._has_ended:
            self._tell(one)  # the last words, when nobody waits for anything any more
            return
        try:
            self._waiting.put_nowait(one)
        except queue.Full:
            self._measures.dropped("queue", 1)
        self._start()

    def close(self) -> None:
        """Bring out what waits, as far as that goes within a moment."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(_END_S)
        self._has_ended = True
        for outlet in self._outlets:
            outlet.close()

    def _start(self) -> None:
        with self._own:
            if self._thread is None:
                self._thread = threading.Thread(target=self._carry, name="log", daemon=True)
                self._thread.start()

    def _carry(self) -> None:
        while (one := self._waiting.get()) is not None:
            self._tell(one)

    def _tell(self, one: _Event) -> None:
        try:
            self._logger.info(one.name, record=record_of(one.at, one.level, one.name, one.fields))
        except Exception:  # whatever one event holds, the next must come out: this thread has nobody to tell but itself
            self._measures.dropped("queue", 1)

    def _masked(self, _: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """A step of structlog's chain."""
        record: LogRecord = entry["record"]
        try:
            shown = [hidden(part, self._leaks, _HIDDEN) for part in (record.event, record.target, record.session, record.revision, dict(record.fields))]
        except Exception:  # the vault is damaged, or its keyring away: what cannot be looked for must not be shown
            shown = [record.event, record.target, record.session, record.revision, {"withheld": _WITHHELD}]
        event, target, session, revision, fields = shown
        return {"record": LogRecord(record.at, record.level, event, target, session, fields, revision)}


def _handed(_: Any, __: str, entry: MutableMapping[str, Any]) -> tuple[tuple[LogRecord], dict[str, Any]]:
    """The end of the chain: the record as it is, for each outlet renders it in its own way."""
    return (entry["record"],), {}


class _Handing:
    """What structlog calls its logger."""

    def __init__(self, outlets: Sequence[Outlet]) -> None:
        self._outlets = outlets

    def info(self, record: LogRecord) -> None:
        for outlet in self._outlets:
            outlet.take(record)
