"""What happened goes into the database, and main into its mirror: beside the passes, which never wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.errors import ReconcilerError

_LOOK_S = 1.0
_WHOLE_S = 30.0
_LONGEST_PAUSE_S = 30.0


@dataclass
class Keeping:
    """``keep`` brings the database up to date; ``is_due`` is cheap, and says whether there may be something to do."""

    keep: Callable[[], None]
    is_due: Callable[[], bool]
    problem: str = "nothing has been kept since the start; that is tried at once"
    """Why the database is behind; empty when it is up to date."""
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="keeping", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, with a last look: what was kept until now shall be in the database when it can be."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self.look()

    def look(self) -> bool:
        """Bring the database up to date now; False when it cannot be, and ``problem`` says why."""
        try:
            self.keep()
        except (ReconcilerError, OSError) as error:
            self.problem = str(error)
            return False
        self.problem = ""
        return True

    def _run(self) -> None:
        pause, waited = _LOOK_S, _WHOLE_S
        while not self._ended.wait(pause):
            waited += pause
            if waited >= _WHOLE_S or self.problem or self.is_due():
                is_well = self.look()
                pause, waited = (_LOOK_S, 0.0) if is_well else (min(_LONGEST_PAUSE_S, pause * 2), 0.0)
