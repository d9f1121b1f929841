"""When something is due: timings as values, and the triggers that they become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from reconciler.errors import Stalled
from reconciler.ports import LOOK, Hint
from reconciler.reconcile.targets import Target

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

EXPORTS = "exports"
_LOOK_FOR_EXPORTS_S = 30.0
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = re.compile(r"([0-7])(?:-([0-7]))?")


@dataclass(frozen=True)
class Timing:
    """Every so many seconds, or at the times of a cron line; each moved by up to ``jitter_s`` seconds."""

    hint: Hint
    every_s: float | None = None
    cron: str | None = None
    jitter_s: float = 0.0


def timings(settings: Mapping[str, Any], targets: list[Target], every_s: float | None = None) -> dict[str, Timing]:
    """All that is due now and then, by name; ``settings`` are the plain values of a valid ``reconciler.yaml``.

    ``every_s`` takes the place of its interval of looks.
    """
    from reconciler.model.settings_file import Settings  # pydantic costs 0.1 s, which only a scheduler shall pay

    known = Settings.model_validate({"schema": 1, **settings})
    look_s, jitter_s = every_s or known.reconcile.interval_s, 0.0 if every_s else known.reconcile.jitter_s
    out = _looks(targets, look_s, jitter_s)
    for work, schedule in known.schedules:
        out[work] = Timing(Hint(None, "scheduled", work), schedule.every_s, schedule.cron, schedule.jitter_s)
    if known.exports:
        out[EXPORTS] = Timing(Hint(None, "scheduled", EXPORTS), _LOOK_FOR_EXPORTS_S)
    return out


def _looks(targets: list[Target], every_s: float, jitter_s: float) -> dict[str, Timing]:
    """One look at all, as long as no target asks for a time of its own."""
    own = {t.id: float(t.detail["interval_s"]) for t in targets if "interval_s" in t.detail}
    if not own:
        return {LOOK: Timing(Hint(None, "rescan"), every_s, jitter_s=jitter_s)}
    return {f"{LOOK} {t.id}": Timing(Hint(t.id, "rescan"), own.get(t.id, every_s), jitter_s=jitter_s) for t in targets}


def trigger(timing: Timing, zone: tzinfo) -> BaseTrigger:
    """Raises ``Stalled`` for a cron line that names no time."""
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    jitter = timing.jitter_s or None
    if timing.cron is None:
        return IntervalTrigger(seconds=timing.every_s or 60.0, jitter=_bounded(jitter, timing.every_s), timezone=zone)
    minute, hour, day, month, weekday = timing.cron.split()
    try:
        return CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=_weekdays(weekday), jitter=jitter, timezone=zone
        )
    except ValueError as error:
        raise Stalled(f"{timing.cron}: this cron line names no time ({error}); write minute hour day month weekday, such as 30 3 * * *") from error


def _bounded(jitter_s: float | None, every_s: float | None) -> float | None:
    """Never more than half of the interval: else one could come before the one before it."""
    return min(jitter_s, every_s / 2) if jitter_s and every_s else jitter_s


def _weekdays(text: str) -> str:
    """Numbers as names: cron counts from Sunday, the library from Monday."""
    return ",".join(_weekday(part) for part in text.split(","))


def _weekday(part: str) -> str:
    match = _NUMBERS.fullmatch(part)
    if match is None:
        return part
    first, last = int(match[1]), int(match[2] or match[1])
    return ",".join(_WEEKDAYS[number] for number in range(first, last + 1)) or part


def machine_zone() -> tzinfo:
    """The machine's own; UTC where that is not to be found out."""
    from zoneinfo import ZoneInfoNotFoundError

    from tzlocal import get_localzone

    try:
        return get_localzone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
