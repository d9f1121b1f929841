"""A record as one line of the journal, and back as what the tables take."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from reconciler.ports.accounts import AuditRecord
from reconciler.ports.records import Record, SessionRecord

Keep = Callable[[str], tuple[str, str, int]]


class LineError(ValueError):
    """No line of ours: torn by a power cut, or damaged."""


@dataclass(frozen=True)
class Row:
    """``kind`` is ``session``, ``status`` or ``audit``; ``value`` are the record's fields; ``line`` is what it was read from."""

    kind: str
    value: dict[str, Any]
    line: bytes


_KINDS = {"session", "status", "audit"}


def line_of(record: Record, keep: Keep) -> bytes:
    """The record's line. Its artifacts are kept first, and the line says where."""
    value = asdict(record)
    if isinstance(record, SessionRecord):
        value["artifacts"] = [[a.kind, *keep(a.text)] for a in record.artifacts]
    kind = "session" if isinstance(record, SessionRecord) else "audit" if isinstance(record, AuditRecord) else "status"
    return json.dumps({"kind": kind, **value}, separators=(",", ":"), default=str).encode() + b"\n"


def row_of(line: bytes) -> Row:
    try:
        value = json.loads(line)
        kind = value.pop("kind")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise LineError from None
    if kind not in _KINDS:
        raise LineError
    return Row(kind, value, line)
