"""Names that sort by time. Pure: time and randomness are arguments."""

from __future__ import annotations

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def ulid(now: float, random: bytes) -> str:
    """26 Crockford digits: milliseconds of ``now`` (seconds since 1970), then 80 bits of ``random``.

    In lower case, because reference names are; the digits still sort by time.
    """
    if len(random) != 10:
        raise ValueError("a ULID takes 10 random bytes")
    number = (round(now * 1000) & (1 << 48) - 1) << 80 | int.from_bytes(random, "big")
    return "".join(_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))
