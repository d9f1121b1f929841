"""Which values can be told from ordinary text wherever they stand, so that they are looked for everywhere.

A vault also holds ``prod`` and ``true`` (a person may mask anything): to look for those would find them in every file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reconciler.mapping.secret_tokens import random_spans, suspicious_text

SHORTEST = 8
"""No secret that is shorter is looked for."""
_JOINT = re.compile(r"[-_./:@\s]+")
_WHOLE = re.compile(r"[^\W\d_]+|\d+")


def is_unmistakable(value: str) -> bool:
    """True for a value of at least 8 characters that is no word, number, name of a model or address."""
    said = value.strip()
    if len(said) < SHORTEST:
        return False
    if suspicious_text(said) or random_spans(said):
        return True
    if all(_WHOLE.fullmatch(piece) for piece in _JOINT.split(said) if piece):
        return False
    kinds = (any(map(str.islower, said)), any(map(str.isupper, said)), any(map(str.isdigit, said)), bool(re.search(r"[^\w\s./:@-]", said)))
    return sum(kinds) >= (2 if len(said) >= 16 else 3)


def unmistakable(values: Iterable[str]) -> tuple[str, ...]:
    """Those of the values that are worth looking for, the longest first: a shorter one may be a part of it."""
    return tuple(sorted({v.strip() for v in values if is_unmistakable(v)}, key=lambda v: (-len(v), v)))
