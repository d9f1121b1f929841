"""Results as lines of text; colours only on terminals. Imports next to nothing: the short way of `sync` uses it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

_STYLES = {"good": "32", "bad": "31", "warn": "33", "dim": "2", "bold": "1"}


def styled(text: str, style: str) -> str:
    """The text in a colour where a terminal can show one."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> list[str]:
    """Columns of plain text, as wide as they must be; on a terminal a table that fits it."""
    if sys.stdout.isatty():
        from reconciler.cli.terminal import table_lines  # rich costs 0.05 s: pipes and scripts never pay for it

        return table_lines(rows, head)
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]]


def short(value: Any, longest: int = 60) -> str:
    """A value on one line."""
    text = "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\n", "\\n")
    return text if len(text) <= longest else text[: longest - 1] + "…"


OUTCOME_STYLE = {"unchanged": "dim", "captured": "good", "converged": "good", "conflict": "warn", "held": "warn", "stalled": "bad"}


def dropped_lines(dropped: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What a target does not hold: gaps and lost fields by number, what waits by name."""
    gaps = sum(d["kind"] == "gap" for d in dropped)
    lost = sum(d["kind"] == "lost" for d in dropped)
    ignored = sum(d["kind"] == "ignored" for d in dropped)
    for row in dropped:
        if row["kind"] not in ("gap", "lost", "ignored"):
            yield f"    {row['kind']}: {' '.join(x for x in (row['entity'], row['field']) if x)}: {row['reason']}"
    if gaps or lost:
        counts = [f"{n} {word}{'s' * (n > 1)}" for n, word in ((gaps, "gap"), (lost, "lost field")) if n]
        yield styled(f"    cannot hold all of main: {', '.join(counts)}; see `reconciler gap list`", "dim")
    if ignored:
        yield styled(f"    other than in main by ignore rules: {ignored}; see `reconciler ignore list`", "dim")


def problem_line(p: dict[str, Any]) -> str:
    return styled(f"{p['file']}:{p['line']}:{p['column']}: {p['reason']}", "bad") + (f"; {p['advice']}" if p["advice"] else "")


def row_line(row: dict[str, Any]) -> str:
    """One field that changes."""
    name = " ".join(x for x in (row["entity"], row["field"]) if x)
    return f"{name}: {short(row['before'])} → {short(row['after'])}"


def diff_lines(files: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The unified diffs of files, coloured as git does."""
    for file in files:
        for line in file["diff"].splitlines():
            style = "bold" if line.startswith(("--- ", "+++ ")) else {"+": "good", "-": "bad", "@": "dim"}.get(line[:1], "")
            yield f"    {styled(line, style) if style else line}"


def _problem_line(p: dict[str, Any]) -> str:
    return styled(f"    {p['file']}:{p['line']}:{p['column']}: {p['reason']}", "bad") + (f"; {p['advice']}" if p["advice"] else "")


def plan_lines(data: dict[str, Any]) -> Iterator[str]:
    """The lines of a pass that wrote nothing."""
    return pass_lines(data, "would write")


def pass_lines(data: dict[str, Any], verb: str = "wrote") -> Iterator[str]:
    if paused := data.get("paused"):
        yield styled(f"paused by {paused['by']}: {paused['reason']}; nothing was looked at; `reconciler resume` goes on", "warn")
    for target in data["targets"]:
        yield f"{target['id']:<32} {styled(target['outcome'], OUTCOME_STYLE[target['outcome']])}"
        yield from (f"    {verb} {path}" for path in target["written"])
        yield from (f"    put back what main has: {entity}" for entity in target["corrected"])
        yield from dropped_lines(target["dropped"])
        yield from (_problem_line(p) for p in target["problems"] if p["file"].startswith("/"))
    of_main = {_problem_line(p): None for t in data["targets"] for p in t["problems"] if not p["file"].startswith("/")}
    if of_main:
        yield styled("main does not validate; its last good version stays in force:", "bad")
        yield from of_main
    if not data["targets"]:
        yield "no targets; run `reconciler init`"
    if data["remote"] and data["remote"]["problem"]:
        yield from remote_lines(data["remote"])


def remote_lines(remote: dict[str, Any]) -> Iterator[str]:
    """How main stands to the remote's, and what is wrong with it."""
    yield f"remote {remote['address']}: {remote['ahead']} ahead, {remote['behind']} behind"
    problem = remote["problem"]
    if problem:
        yield styled(f"    {problem['reason']}: {problem['message']}; {problem['advice']}", "warn")
