"""The loop of `up`: take hints, run a pass, tell; and look at everything now and then in any case.

A hint says no more than "look": the pass reads the world again. What stalls is tried again with growing pauses, since
a torn file is usually whole a moment later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.errors import ReconcilerError
from reconciler.mapping.documents import FolderSpec
from reconciler.model.names import AbsPath
from reconciler.ports import Hint, Hints
from reconciler.reconcile.passes import Pass, Reconciler
from reconciler.reconcile.targets import Target

_FIRST_PAUSE_S = 0.2


class Watch(Protocol):
    """Tells of changed paths; see ``reconciler.watch``."""

    def watch(self, files: Iterable[AbsPath], folders: Iterable[tuple[AbsPath, str]] = ()) -> None: ...

    def check(self) -> bool: ...

    def close(self) -> None: ...


@dataclass
class Watching:
    """``locked`` is held during a pass, so that commands can run in between; ``tell`` hears of every pass."""

    engine: Reconciler
    hints: Hints
    watch: Watch
    locked: Callable[[], AbstractContextManager[None]]
    tell: Callable[[Pass], None]
    interval_s: float = 60.0
    _told: list[tuple[str, str]] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Reconcile until told to stop."""
        pause = self.interval_s if self._pass() else _FIRST_PAUSE_S
        while not stop.is_set():
            waited = 0.0
            hints: list[Hint] = []
            while not hints and waited < pause and not stop.is_set():
                step = min(0.5, pause - waited)
                hints = self.hints.take(step)
                waited += step
            if stop.is_set():
                break
            if not hints:
                self.watch.check()
            is_calm = self._pass()
            pause = self.interval_s if is_calm else min(self.interval_s, _FIRST_PAUSE_S if hints else pause * 2)
        self.watch.close()

    def _pass(self) -> bool:
        """One pass over all targets; False when something should be looked at again soon."""
        try:
            with self.locked():
                targets = self.engine.targets()
                self._watch(targets)
                result = self.engine.run(targets)
        except ReconcilerError:
            return False
        now = [(str(t.target.id), t.outcome) for t in result.targets]
        if now != self._told or any(t.written or t.is_captured for t in result.targets):
            self.tell(result)
        self._told = now
        return not any(t.outcome == "stalled" or t.needs_again for t in result.targets)

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
