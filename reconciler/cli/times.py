"""Times as people write them, and as they are shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from reconciler.errors import Stalled

_AGO = re.compile(r"(\d{1,6})\s*([mhdw])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 604800}


def time_of(text: str, *, now: float | None = None, is_end: bool = False) -> float:
    """Seconds since 1970 of ``2026-01-31``, ``2026-01-31T18:00Z`` or, where ``now`` is given, ``3d`` before it.

    A date alone is its first moment, or its last one with ``is_end``. Without a zone it is UTC.
    """
    ago = _AGO.fullmatch(text.strip())
    if ago and now is not None:
        return now - int(ago[1]) * _SECONDS[ago[2]]
    try:
        at = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        ways = "2026-01-31T18:00Z" if now is None else "2026-01-31, 2026-01-31T18:00Z, or 3d for three days ago (m, h, d, w)"
        raise Stalled(f"{text}: write a time as {ways}") from None
    if is_end and len(text.strip()) == 10:
        at += timedelta(days=1)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def when(at: float | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%SZ") if at else "at an unknown time"
