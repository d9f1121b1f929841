"""`up`: watch the clients' files and reconcile in one process, until stopped."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime

from reconciler.cli import starting
from reconciler.reconcile.passes import Pass
from reconciler.schedule.watching import Watching
from reconciler.settings import Settings
from reconciler.wiring import has_repository, watching


def run(settings: Settings, is_accepted: bool, interval_s: float) -> int:
    """Adopt if there is no repository yet and the plan is accepted; then watch. Returns the exit code."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _signal, _frame: stop.set())
    if not has_repository(settings) or is_accepted:
        data, code = starting.run(settings, is_accepted, None)
        for line in starting.lines(data, is_accepted):
            print(line)
        if not is_accepted:
            print("To accept the plan and start: reconciler up --yes")
            return code
    loop: Watching = watching(settings, _say, _complain, interval_s)
    print("watching; stop with Ctrl-C", flush=True)
    loop.run(stop)
    print("stopped", flush=True)
    return 0


def _now() -> str:
    return datetime.now(UTC).strftime("%H:%M:%S")


def _complain(text: str) -> None:
    print(f"{_now()} {text}", flush=True)


def _say(result: Pass) -> None:
    """One line for each target with which something happened."""
    now = _now()
    for p in result.problems:
        print(f"{now} main does not validate: {p.file}:{p.line}: {p.reason}; {p.advice}", flush=True)
    for done in result.targets:
        if done.outcome != "unchanged":
            wrote = f", wrote {', '.join(done.written)}" if done.written else ""
            why = "; ".join(f"{p.file}:{p.line}: {p.reason}" for p in done.problems)
            print(f"{now} {done.target.id} {done.outcome}{wrote}{': ' + why if why else ''}", flush=True)
