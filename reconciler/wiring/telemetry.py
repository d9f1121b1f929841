"""Where events of this process go, put together: lines, and what keeps them. Imported by what runs on, never by a command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO, TypeVar

from reconciler import __version__
from reconciler.deploy.clock import SystemClock
from reconciler.errors import Stalled
from reconciler.ports.logs import LogRecord, Logs, Outlet
from reconciler.ports.measures import Measures, NoMeasures
from reconciler.secrets.scan import Scan
from reconciler.secrets.vault import open_vault
from reconciler.settings import Settings
from reconciler.telemetry.carrying import Carrying
from reconciler.telemetry.event_log import QueuedLog
from reconciler.telemetry.faults import LoggedFaults
from reconciler.telemetry.lines import Lines


@dataclass(frozen=True)
class Telling:
    """``log`` takes events; ``logs`` has what was kept of them; ``problem`` says why it is not kept.

    ``is_text``: people read the output, so that it is not for the log.
    """

    log: QueuedLog
    logs: Logs
    is_text: bool
    problem: Callable[[], str]


def telling(settings: Settings, in_database: Logs, measures: Measures, is_terminal: bool, out: TextIO, err: TextIO) -> Telling:
    """Lines go to ``out`` for programs; for people, who are told otherwise, unexpected errors go to ``err``.

    Raises ``Stalled`` for a form that there is not. A slip in an address is a ``problem``: files are kept in step all the same.
    """
    is_text = settings.log_format(is_terminal) == "text"
    wrong: list[str] = []
    logs = _or_told(wrong, lambda: _loki(settings), "until then PostgreSQL keeps the log") if settings.loki_url else None
    errors = _or_told(wrong, lambda: _envelopes(settings, measures), "until then errors are only in the log") if settings.sentry_dsn else None
    kept = Carrying("loki" if logs else "postgresql", logs or in_database, measures)
    outlets: list[Outlet] = [Lines(err, _is_fault) if is_text else Lines(out), kept, *([errors] if errors else [])]
    log = QueuedLog(outlets, Scan(open_vault(settings.vault)), SystemClock(), measures)
    return Telling(log, logs or in_database, is_text, lambda: "; ".join([*wrong, *([kept.problem] if kept.problem else [])]))


def report_once(settings: Settings, error: Exception, command: str) -> None:
    """For a command that ends by an unexpected error: tell where such errors go, if anywhere, and wait no longer than a moment."""
    if settings.sentry_dsn:
        log = QueuedLog([_envelopes(settings, NoMeasures())], Scan(open_vault(settings.vault)), SystemClock(), NoMeasures())
        LoggedFaults(log).report(error, {"command": command})
        log.close()


_Made = TypeVar("_Made")


def _or_told(wrong: list[str], make: Callable[[], _Made], instead: str) -> _Made | None:
    try:
        return make()
    except Stalled as error:
        wrong.append(f"{error}; {instead}")
        return None


def _loki(settings: Settings) -> Logs:
    from reconciler.telemetry.loki import LokiLogs

    return LokiLogs(settings.loki_url, settings.machine(), SystemClock(), settings.loki_tenant)


def _envelopes(settings: Settings, measures: Measures) -> Outlet:
    from reconciler.telemetry.envelopes import Envelopes

    return Envelopes(settings.sentry_dsn, settings.machine(), __version__, measures)


def _is_fault(record: LogRecord) -> bool:
    return record.event == "fault"
