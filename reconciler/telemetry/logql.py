"""What is asked of Loki, in its own language. Values from outside only ever stand in quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

JOB = "reconciler"
_LABELS = ("level", "client")
_PARSED = ("target", "session")
_STAGE = '| json event="event", target="target", session="session", fields="fields"'


def query(filters: Mapping[str, str]) -> str:
    """The entries that fit: streams by their labels, the rest from within the lines."""
    labels = [f"job={_quoted(JOB)}", *(f"{name}={_quoted(filters[name])}" for name in _LABELS if filters.get(name))]
    if not filters.get("level"):
        labels.append('level!="debug"')
    stages = [f"| {name}={_quoted(filters[name])}" for name in _PARSED if filters.get(name)]
    if filters.get("text"):
        anywhere = _quoted(f"(?is).*{_literal(filters['text'])}.*")
        stages.append("| " + " or ".join(f"{name}=~{anywhere}" for name in ("event", "target", "fields")))
    selector = "{" + ", ".join(labels) + "}"
    return " ".join([selector, _STAGE, *stages]) if stages else selector


def count(asked: str, span_ns: int) -> str:
    """How many entries fit within so many nanoseconds before the moment of the question."""
    return f"sum(count_over_time({asked} [{span_ns}ns]))"


def _quoted(text: str) -> str:
    """A string of LogQL has the escapes of Go, which has those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _literal(text: str) -> str:
    """For RE2: every sign that could mean something stands for itself."""
    return re.sub(r"([^\w\s]|_)", lambda found: "\\" + found[0] if found[0].isascii() else found[0], text)
