"""One shape for every event, wherever it goes: a line on stdout, a row of PostgreSQL, an entry of Loki, an answer of the API."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from structlog.processors import JSONRenderer

from reconciler.ports.logs import LogRecord

_ABOUT = ("target", "session", "revision")
_LONGEST_TEXT, _LONGEST_LINE = 8_000, 100_000
_CUT = "… (cut)"
_RENDER = JSONRenderer(ensure_ascii=False, sort_keys=False)


def record_of(at: float, level: str, event: str, fields: Mapping[str, Any]) -> LogRecord:
    """The record of an event. A very long one is cut: no place that keeps records takes it."""
    target, session, revision = (str(fields.get(name) or "") for name in _ABOUT)
    rest = {str(key): _plain(value) for key, value in fields.items() if key not in _ABOUT}
    made = LogRecord(at, level, event, target, session, rest, revision)
    return made if len(line_of(made)) <= _LONGEST_LINE else LogRecord(at, level, event, target, session, {"fields": _CUT}, revision)


def shape_of(record: LogRecord) -> dict[str, Any]:
    head = {"at": record.at, "level": record.level, "event": record.event, "target": record.target}
    return {**head, "session": record.session, "revision": record.revision, "fields": dict(record.fields)}


def line_of(record: LogRecord) -> str:
    """The record as JSON on one line."""
    return str(_RENDER(None, record.level, shape_of(record)))


def _plain(value: Any) -> Any:
    """What JSON has; anything else as its text, so that it is masked like a text."""
    if isinstance(value, bool | int | None):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + _CUT
