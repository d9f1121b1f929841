"""What is said of an error in work that goes on after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from reconciler.errors import ReconcilerError
from reconciler.ports.faults import Faults, NoFaults


class Complaints:
    """Tells what goes wrong with each thing, once for as long as it goes wrong in the same way."""

    def __init__(self, tell: Callable[[str], None], faults: Faults | None = None) -> None:
        self._tell, self._faults = tell, faults or NoFaults()
        self._standing: dict[str, str] = {}

    def failed(self, error: Exception, about: str = "") -> None:
        """Our own errors are for people; any other is a bug as well, and goes to where bugs are looked at."""
        text = said(error)
        if text != self.standing(about) and not isinstance(error, ReconcilerError):
            self._faults.report(error, {"part": about or "passes"})
        self.note(text, about)

    def note(self, text: str, about: str = "") -> None:
        if text != self.standing(about):
            self._tell(text)
        self._standing[about] = text

    def settled(self, about: str = "") -> None:
        """It goes well again: the next time is told, also in the same words."""
        self._standing.pop(about, None)

    def standing(self, about: str = "") -> str:
        """What is wrong now; empty when nothing is."""
        return self._standing.get(about, "")


def said(error: Exception) -> str:
    """Our own errors speak for themselves; of others only the kind and the place, since their texts may hold anything."""
    if isinstance(error, ReconcilerError):
        return str(error)
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f" at {PurePath(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else ""
    return f"unexpected error ({type(error).__name__}{place}); it is tried again"
