"""One reason why a change has its risk level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["low", "medium", "high"]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")


@dataclass(frozen=True)
class Finding:
    level: Level
    reason: str


def low(reason: str) -> Finding:
    return Finding("low", reason)


def medium(reason: str) -> Finding:
    return Finding("medium", reason)


def high(reason: str) -> Finding:
    return Finding("high", reason)
