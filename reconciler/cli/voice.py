"""How what runs on speaks: to people in lines, to programs in events. Either way the log has the event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reconciler.mapping.hidden_text import revealed
from reconciler.ports.logs import EventLog
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.report import pass_events


@dataclass(frozen=True)
class Voice:
    """``is_text``: the output is for people; else it is the log's own, and nothing is printed here."""

    log: EventLog
    is_text: bool

    def say(self, event: str, lines: Iterable[str], **fields: Any) -> None:
        self._print(*lines)
        self.log.write("info", event, fields)

    def complain(self, text: str) -> None:
        """Something went wrong, and it goes on."""
        self._print(f"{_now()} {text}")
        self.log.write("warning", "problem", {"message": text})

    def tell(self, result: Pass) -> None:
        """What a pass did."""
        self._print(*_lines(result))
        for level, event, fields in log_events(result):
            self.log.write(level, event, fields)

    def _print(self, *lines: str) -> None:
        if self.is_text:
            for line in lines:
                print(revealed(line), flush=True)


def log_events(result: Pass) -> list[tuple[str, str, dict[str, Any]]]:
    """Level, event and fields of all that a pass did."""
    about = {"session": result.session, "revision": result.head}
    found: list[tuple[str, str, dict[str, Any]]] = []
    if result.paused:
        found.append(("warning", "paused", {"by": result.paused.by, "reason": result.paused.reason}))
    for kind, payload in pass_events(result):
        level = "error" if kind == "main" or payload.get("outcome") == "stalled" else "info"
        found.append((level, kind, {**{key: value for key, value in payload.items() if key != "head"}, **about}))
    return found


def _lines(result: Pass) -> Iterable[str]:
    """One line for each target with which something happened."""
    now = _now()
    if result.paused:
        yield f"{now} paused by {result.paused.by}: {result.paused.reason}; `reconciler resume` goes on"
    for p in result.problems:
        yield f"{now} main does not validate: {p.file}:{p.line}: {p.reason}; {p.advice}"
    for done in result.targets:
        if done.outcome != "unchanged":
            wrote = f", wrote {', '.join(done.written)}" if done.written else ""
            why = "; ".join(f"{p.file}:{p.line}: {p.reason}" for p in done.problems)
            put_back = f", put back {', '.join(done.corrected)}" if done.corrected else ""
            yield f"{now} {done.target.id} {done.outcome}{wrote}{put_back}{': ' + why if why else ''}"


def _now() -> str:
    return datetime.now(UTC).strftime("%H:%M:%S")
