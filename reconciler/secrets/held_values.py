"""What a vault holds after a change: the values by name, and for each rotated one the value before, as ``name@previous``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciler.ports.known_values import PREVIOUS

_NAME = re.compile(r"[A-Za-z0-9._-]{1,200}")


def after(held: Mapping[str, str], values: Mapping[str, str | None]) -> dict[str, str]:
    """``held`` with the values put in. A removed name takes its earlier value with it."""
    out = dict(held)
    for name, value in values.items():
        _check(name)
        before = out.pop(name, None)
        if value is None:
            out.pop(name + PREVIOUS, None)
            continue
        if before is not None and before != value:
            out[name + PREVIOUS] = before
        out[name] = value
    return out


def shown(held: Mapping[str, str] | list[str]) -> list[str]:
    """The names that people see, sorted; earlier values are not among them."""
    return sorted(name for name in held if not name.endswith(PREVIOUS))


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a secret: letters, digits, '.', '_' and '-' are")
