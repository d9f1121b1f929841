"""Doors that end the process at the n-th call that changes something: just before it, or just after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.ports import Ports

CHANGING = {"store": ("commit", "move_ref"), "disk": ("apply",), "vault": ("put",), "memory": ("save",)}


class Killed(BaseException):
    """The process is gone: nothing may catch it and go on."""


@dataclass
class Countdown:
    """``at`` counts from 1; ``is_done`` tells whether the call also took effect."""

    at: int
    is_done: bool
    calls: list[str] = field(default_factory=list)

    def over(self, ports: Ports) -> Ports:
        """The ports, but for the one call."""
        doors: dict[str, Any] = {name: _Door(getattr(ports, name), names, self) for name, names in CHANGING.items()}
        return replace(ports, **doors)


class _Door:
    def __init__(self, real: Any, changing: tuple[str, ...], countdown: Countdown) -> None:
        self._real, self._changing, self._countdown = real, changing, countdown

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        return self._counted(name, real) if name in self._changing else real

    def _counted(self, name: str, real: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            self._countdown.calls.append(name)
            is_last = len(self._countdown.calls) == self._countdown.at
            if is_last and not self._countdown.is_done:
                raise Killed(name)
            result = real(*args, **named)
            if is_last:
                raise Killed(name)
            return result

        return call
