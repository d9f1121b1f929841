"""The doors to the program's own log: written without waiting, kept somewhere, searched by who looks for what went on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class LogRecord:
    """One event. ``target``, ``session`` and ``revision`` are empty where it is about none; ``fields`` hold no secret."""

    at: float
    level: str
    event: str
    target: str
    session: str
    fields: Mapping[str, Any]
    revision: str = ""


class Logs(Protocol):
    """Where records are kept."""

    def add(self, records: Sequence[LogRecord]) -> None:
        """Raises ``Retryable`` when they cannot be kept now, ``Stalled`` when these never can."""

    def search(self, filters: Mapping[str, str], limit: int, offset: int) -> tuple[list[LogRecord], int]:
        """Newest first, and how many there are.

        Filters: ``level`` (without one: all but debug), ``target``, ``session``; ``client`` of the target; ``text`` anywhere; ``since``, ``until`` in seconds since 1970.
        """


class EventLog(Protocol):
    """The program's own log. Of ``fields``, ``target``, ``session`` and ``revision`` are what the event is about."""

    def write(self, level: str, event: str, fields: Mapping[str, Any]) -> None:
        """Any thread; never fails, and never waits. Secrets are taken out on the way."""


class Outlet(Protocol):
    """Where finished records go. Called by one thread; never fails."""

    def take(self, record: LogRecord) -> None: ...

    def close(self) -> None:
        """Bring out what waits, for a moment."""
