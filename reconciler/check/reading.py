"""Turns what a client printed into problems. Never lets a value out of the given files into a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciler.adapters.validation import Finding, Validation
from reconciler.model.names import RelPath
from reconciler.model.results import Problem

_MASK = "…"
_LONGEST_SHOWN = 5
"""Quoted text up to this length says little even when it comes from the file."""
_MAX_REASON = 300
_QUOTED = re.compile(r"`([^`\n]+)`|\"([^\"\n]+)\"|'([^'\n]+)'")
_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"(?!\s*[:=])|'([^'\n]*)'(?!\s*[:=])")


def problems(validation: Validation, output: str, files: Mapping[RelPath, bytes]) -> tuple[Problem, ...]:
    """The problems that the output names, in its order. Of two findings at one place the first in the description counts."""
    at: dict[int, Problem] = {}
    for finding in validation.findings:
        for match in finding.pattern.finditer(output):
            at.setdefault(match.start(), _problem(finding, match, files))
    return tuple(dict.fromkeys(at[start] for start in sorted(at)))


def _problem(finding: Finding, match: re.Match[str], files: Mapping[RelPath, bytes]) -> Problem:
    said = match.groupdict()
    named = RelPath(said.get("file") or finding.file)
    file = named if named in files else next(iter(files))
    text = files[file].decode("utf-8", "replace")
    line, column = _place(text, said)
    return Problem(file, masked(said["reason"], text), line, column, is_stalling=finding.is_stalling)


def _place(text: str, said: Mapping[str, str | None]) -> tuple[int, int]:
    """The place that the client named, else the line of the value that it quoted, else the beginning."""
    if said.get("line"):
        return int(said["line"] or 1), int(said.get("column") or 1)
    offset = said.get("offset")
    before = text[: int(offset) if offset else _quoted_at(text, said["reason"] or "")]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _quoted_at(text: str, reason: str) -> int:
    return next((text.find(quoted) for quoted in _all_quoted(reason) if quoted in text), 0)


def masked(reason: str, text: str) -> str:
    """The reason without values of the file: quoted ones, and whole strings of the file wherever they stand."""
    for quoted in _all_quoted(reason):
        if len(quoted) > _LONGEST_SHOWN and _is_value(quoted, text):
            reason = reason.replace(quoted, _MASK)
    for literal in sorted({a or b for a, b in _LITERAL.findall(text)}, key=len, reverse=True):
        if len(literal) > _LONGEST_SHOWN:
            reason = re.sub(rf"(?<!\w){re.escape(literal)}(?!\w)", _MASK, reason)
    return reason if len(reason) <= _MAX_REASON else reason[:_MAX_REASON] + _MASK


def _all_quoted(reason: str) -> list[str]:
    return [a or b or c for a, b, c in _QUOTED.findall(reason)]


def _is_value(quoted: str, text: str) -> bool:
    """True when the text stands in the file at a place that is no key."""
    as_key = re.escape(quoted) + r"[\"']?\s*[:=]"
    return len(re.findall(re.escape(quoted), text)) > len(re.findall(as_key, text))
