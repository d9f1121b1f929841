"""Named places where a test can end the program, to prove that nothing is lost there. Free while none is armed.

State of the module, against the house's habit: a point stands on every floor, and must cost no argument and no time.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

VARIABLE = "RECONCILER_FAULT"
"""``NAME`` or ``NAME:TIMES``: the process kills itself when it passes the point for that time, from 1."""

Fault = Callable[[str], None]

_armed: Fault | None = None


def fault_point(name: str) -> None:
    """Nothing, unless a test has armed something for this place."""
    if _armed is not None:
        _armed(name)


def arm(fault: Fault | None) -> None:
    """Call ``fault`` with the name of each point that is passed; None for nothing."""
    global _armed
    _armed = fault


def arm_from(environ: Mapping[str, str]) -> None:
    """Arm what the variable asks for; nothing when it is not set. Raises ``ValueError`` for a number that is none."""
    asked = environ.get(VARIABLE)
    if asked:
        name, _, times = asked.partition(":")
        arm(_kill_at(name, int(times or 1)))


def _kill_at(name: str, times: int) -> Fault:
    passed = 0

    def fault(at: str) -> None:
        nonlocal passed
        passed += at == name
        if at == name and passed == times:
            os.kill(os.getpid(), signal.SIGKILL)

    return fault
