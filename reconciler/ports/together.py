"""The door for works that wait for disks and programs, and do not depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Work = Callable[[], None]
Together = Callable[[Iterable[Work]], None]
"""Does each work once, perhaps beside others, and returns when all have ended. What one raises is raised then.

Works are taken one by one: while the next is being made, the last may run already.
"""


def in_turn(works: Iterable[Work]) -> None:
    """One after the other, as they come."""
    for work in works:
        work()
