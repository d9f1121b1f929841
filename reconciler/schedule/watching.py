"""The loop of `up`: take hints, run a pass, tell; and look at everything now and then in any case.

A hint says no more than "look": the pass reads the world again. What stalls is tried again with growing pauses, since
a torn file is usually whole a moment later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from reconciler.errors import ReconcilerError
from reconciler.mapping.documents import FolderSpec
from reconciler.model.names import AbsPath
from reconciler.ports import Hint, Hints
from reconciler.reconcile.passes import Pass, Reconciler
from reconciler.reconcile.targets import Target

_FIRST_PAUSE_S = 0.2
_STEP_S = 0.5
"""How long a request to stop may wait for a taker of hints."""


class Watch(Protocol):
    """Tells of changed paths; see ``reconciler.watch``."""

    def watch(self, files: Iterable[AbsPath], folders: Iterable[tuple[AbsPath, str]] = ()) -> None: ...

    def check(self) -> bool: ...

    def close(self) -> None: ...


@dataclass
class Watching:
    """``locked`` is held during a pass, so that commands can run in between.

    ``tell`` hears of passes in which something happened, ``complain`` of passes that broke off; a failure that
    repeats is told once.
    """

    engine: Reconciler
    hints: Hints
    watch: Watch
    locked: Callable[[], AbstractContextManager[None]]
    tell: Callable[[Pass], None]
    complain: Callable[[str], None]
    interval_s: float = 60.0
    _told: object = None
    _complaint: str = ""

    def run(self, stop: threading.Event) -> None:
        """Reconcile until told to stop."""
        try:
            retry = _FIRST_PAUSE_S
            is_calm = self._pass()
            while not stop.is_set():
                hints = self._hints(self.interval_s if is_calm else retry, stop)
                if stop.is_set():
                    break
                if not hints:
                    self.watch.check()
                retry = _FIRST_PAUSE_S if hints or is_calm else min(self.interval_s, retry * 2)
                is_calm = self._pass()
        finally:
            self.watch.close()

    def _hints(self, pause: float, stop: threading.Event) -> list[Hint]:
        """What comes within the pause; empty when it has passed, or when it is time to stop."""
        waited = 0.0
        hints: list[Hint] = []
        while not hints and waited < pause and not stop.is_set():
            step = min(_STEP_S, pause - waited)
            hints = self.hints.take(step)
            waited += step
        return hints

    def _pass(self) -> bool:
        """One pass over all targets; False when something should be looked at again soon."""
        try:
            with self.locked():
                targets = self.engine.targets()
                self._watch(targets)
                result = self.engine.run(targets)
        except Exception as error:  # the worker goes on: what is broken now may be whole at the next look
            self._complain(_said(error))
            return False
        self._complaint = ""
        now = [(t.target.id, t.outcome, t.problems) for t in result.targets], result.problems
        if now != self._told or any(t.written or t.is_captured for t in result.targets):
            self.tell(result)
        self._told = now
        return not any(t.outcome == "stalled" or t.needs_again for t in result.targets)

    def _complain(self, text: str) -> None:
        if text != self._complaint:
            self.complain(text)
        self._complaint = text

    def _watch(self, targets: Iterable[Target]) -> None:
        files: list[AbsPath] = []
        folders: list[tuple[AbsPath, str]] = []
        for target in targets:
            for spec in target.adapter.specs:
                path = AbsPath(f"{target.root}/{spec.path}")
                if isinstance(spec, FolderSpec):
                    folders.append((path, spec.suffix))
                else:
                    files.append(path)
        self.watch.watch(files, folders)


def _said(error: Exception) -> str:
    """Our own errors speak for themselves; of others only the kind and the place, since their texts may hold anything."""
    if isinstance(error, ReconcilerError):
        return str(error)
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f" at {PurePath(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else ""
    return f"unexpected error ({type(error).__name__}{place}); it is tried again"
