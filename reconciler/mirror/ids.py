"""Ids: the program's are ulids, the database's uuids. Both are 128 bits, so each is the other written differently."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_SPACE = uuid.UUID("6f1c3f5e-0b0f-4c7e-9a41-2f6a5f0f9f11")


def uuid_of(ulid: str) -> uuid.UUID:
    """The uuid with the same bits; for any other text one that follows from it."""
    text = ulid.lower()
    if len(text) != 26 or text[0] > "7" or any(c not in _DIGITS for c in text):
        return uuid.uuid5(_SPACE, ulid)
    number = 0
    for digit in text:
        number = number << 5 | _DIGITS.index(digit)
    return uuid.UUID(int=number)


def ulid_of(found: uuid.UUID) -> str:
    return "".join(_DIGITS[found.int >> shift & 31] for shift in range(125, -1, -5))


def part_of(whole: uuid.UUID, name: str) -> uuid.UUID:
    """An id that follows from what it is part of: told twice, it is the same row."""
    return uuid.uuid5(whole, name)


def at(seconds: float) -> datetime:
    """Seconds since 1970 as the tables keep them."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def seconds(found: datetime) -> float:
    return found.replace(tzinfo=UTC).timestamp()
