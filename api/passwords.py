"""Passwords, by argon2id. A hash tells its own parameters, so that raising them later keeps old ones valid."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from reconciler.errors import Stalled

LEAST, MOST = 10, 1024
_MEMORY_KIB, _PASSES, _LANES = 19 * 1024, 2, 1  # the smallest set that OWASP lists: 0.03 s, so that one guess costs more than it brings
_HASHER = PasswordHasher(_PASSES, _MEMORY_KIB, _LANES, type=Type.ID)


def hash_of(password: str) -> str:
    """The hash to keep. Raises ``Stalled`` for a password that is too short or too long."""
    if not LEAST <= len(password) <= MOST:
        raise Stalled(f"a password needs {LEAST} to {MOST} characters")
    return _HASHER.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Takes as long for an unknown user (None) as for a known one, so that time does not tell which names exist."""
    try:
        return _HASHER.verify(password_hash or _nobodys(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
