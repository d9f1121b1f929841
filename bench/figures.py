"""Figures with a budget: what was measured inside one process, or from a save to the last file."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """``value`` in ``unit``; None as ``budget`` where there is none, and the figure is there to explain another."""

    work: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def is_met(self) -> bool:
        return self.budget is None or self.value <= self.budget


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of all does not exceed."""
    return sorted(values)[max(0, -(-int(len(values) * share * 1000) // 1000) - 1)]


def percentiles(work: str, took_ms: Sequence[float], p50: float | None = None, p99: float | None = None) -> list[Figure]:
    return [Figure(f"{work}, p50", quantile(took_ms, 0.5), "ms", p50), Figure(f"{work}, p99", quantile(took_ms, 0.99), "ms", p99)]


def milliseconds(work: Callable[[], object], rounds: int) -> list[float]:
    """How long each round took, after one that does not count."""
    work()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return took


def median_ms(work: Callable[[], object], rounds: int = 20) -> float:
    return statistics.median(milliseconds(work, rounds))


def table(figures: Sequence[Figure]) -> str:
    lines = ["| work | of its budget | figure | budget | |", "| --- | ---: | ---: | ---: | --- |"]
    for one in figures:
        if one.budget is None:
            lines.append(f"| {one.work} | | {one.value:.3g} {one.unit} | | |")
        else:
            word = "" if one.is_met else "missed"
            share = one.value / one.budget if one.budget else one.value  # of what may not be at all, each is one too many
            lines.append(f"| {one.work} | {share:.2f} | {one.value:.3g} {one.unit} | {one.budget:g} {one.unit} | {word} |")
    return "\n".join(lines)
