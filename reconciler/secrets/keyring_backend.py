"""The keyring of the operating system, where a real one answers. Stand-ins that keep nothing, or plain text, do not count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.secrets.keyring_vault import Backend

_NOT_REAL = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyring.backends.chainer")


def usable_backend() -> Backend | None:
    """The best back end that answers, None on a machine without one."""
    import keyring

    return first_usable(keyring.get_keyring())


def first_usable(found: Any) -> Backend | None:
    """The back end, or the first of a chain, that is real and answers."""
    backend: Backend
    for backend in _members(found):
        if _is_real(backend) and _answers(backend):
            return backend
    return None


def _members(found: Any) -> Iterator[Any]:
    yield found
    yield from getattr(found, "backends", ())


def _is_real(backend: Any) -> bool:
    try:
        return not type(backend).__module__.startswith(_NOT_REAL) and float(backend.priority) > 0
    except RuntimeError:  # what keyring's back ends raise where they cannot work
        return False


def _answers(backend: Backend) -> bool:
    from keyring.errors import KeyringError

    try:
        backend.get_password("ai-client-reconciler", "is anybody there")
    except (KeyringError, OSError, RuntimeError):
        return False
    return True
