"""Measures child processes whole: CPU of them and their children, wall time, peak memory. Alternates, takes medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


def nothing() -> None:
    """A case that needs no preparation, or no look at what it did."""


@dataclass(frozen=True)
class Case:
    """One command to measure.

    ``before`` brings the folder to where it starts from, ``after`` raises when the work was not done; neither is
    measured. ``codes`` are the exit codes of a run that did its work.
    """

    who: str
    work: str
    command: tuple[str, ...]
    folder: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    codes: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Cost:
    cpu_s: float
    wall_s: float
    peak_mb: float


def cost(case: Case) -> Cost:
    """One run. Raises when the command fails or did not do its work: that was not measured."""
    case.before()
    start = time.perf_counter()
    process = subprocess.Popen(
        case.command,
        cwd=case.folder,
        env=dict(case.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)  # it is collected already
    if process.stderr:
        process.stderr.close()
    if process.returncode not in case.codes:
        raise RuntimeError(f"{' '.join(case.command)}: exit {process.returncode}: {said.decode(errors='replace')[-400:]}")
    case.after()
    return Cost(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / 1024)


def medians(cases: Sequence[Case], runs: int) -> list[Cost]:
    """The median of each case after one run that does not count; the cases take turns, forth and back."""
    for case in cases:
        cost(case)
    costs: dict[int, list[Cost]] = {i: [] for i in range(len(cases))}
    for turn in range(runs):
        for i in range(len(cases)) if turn % 2 == 0 else reversed(range(len(cases))):
            costs[i].append(cost(cases[i]))
    return [_median(costs[i]) for i in range(len(cases))]


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(c, name) for c in costs) for name in ("cpu_s", "wall_s", "peak_mb")))


def rows(cases: Sequence[Case], costs: Sequence[Cost]) -> list[dict[str, str | float]]:
    """One row a case; the ratios are CPU, wall time and memory against the first case that does the same work."""
    first: dict[str, Cost] = {}
    out: list[dict[str, str | float]] = []
    for case, one in zip(cases, costs, strict=True):
        base = first.setdefault(case.work, one)
        ratios = {f"{name}_ratio": getattr(one, name) / getattr(base, name) for name in vars(one)}
        out.append({"work": case.work, "who": case.who, **vars(one), **ratios})
    return out


def table(cases: Sequence[Case], costs: Sequence[Cost]) -> str:
    """The rows as Markdown, the ratios first: they travel between machines, the figures do not."""
    lines = ["| work | who | CPU | wall | memory | CPU s | wall s | peak MB |", "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for row in rows(cases, costs):
        ratios = " | ".join(f"{row[f'{name}_ratio']:.1f}x" for name in ("cpu_s", "wall_s", "peak_mb"))
        lines.append(f"| {row['work']} | {row['who']} | {ratios} | {row['cpu_s']:.2f} | {row['wall_s']:.2f} | {row['peak_mb']:.0f} |")
    return "\n".join(lines)
