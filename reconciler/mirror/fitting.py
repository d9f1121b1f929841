"""Values as PostgreSQL can hold them: it knows no zero character, no half of a pair, and no number that is none."""

from __future__ import annotations

import math
import re
from typing import Any

_UNFIT = re.compile("[\x00\ud800-\udfff]")
_SHOWN = "\N{REPLACEMENT CHARACTER}"


def fit_text(text: str) -> str:
    return _UNFIT.sub(_SHOWN, text)


def fit(value: Any) -> Any:
    """The value as JSON that PostgreSQL takes; what it cannot hold is shown by a replacement character, or as text."""
    if isinstance(value, str):
        return fit_text(value)
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {fit_text(str(key)): fit(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [fit(inner) for inner in value]
    return fit_text(str(value))
