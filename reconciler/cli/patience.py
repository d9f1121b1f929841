"""Says on a terminal what is being done when it takes more than a second. Nothing is said to pipes and files."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_AFTER_S, _AGAIN_S = 1.0, 0.1
_IS_SILENT: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def silent() -> Iterator[None]:
    """Nothing is said in here: the terminal is not that of the person who asked."""
    before = _IS_SILENT.set(True)
    try:
        yield
    finally:
        _IS_SILENT.reset(before)


class Doing:
    """What is being done now. Who does it says each step; who waits sees the last one."""

    def __init__(self, what: str) -> None:
        self._what = self.shown = what

    def step(self, doing: str, number: int, total: int) -> None:
        self.shown = f"{self._what}: {doing}, {number} of {total}"


@contextmanager
def patience(what: str) -> Iterator[Doing]:
    """A line on standard error with a turning mark and the step that is done, taken away again when the work is done."""
    now = Doing(what)
    if _IS_SILENT.get() or not sys.stderr.isatty():
        yield now
        return
    is_done = threading.Event()
    thread = threading.Thread(target=_tell, args=(now, is_done), daemon=True)
    thread.start()
    try:
        yield now
    finally:
        is_done.set()
        thread.join()  # the line is gone before a result is printed


def _tell(now: Doing, is_done: threading.Event) -> None:
    if is_done.wait(_AFTER_S):
        return
    from reconciler.cli.terminal import working

    with working(now.shown) as mark:
        while not is_done.wait(_AGAIN_S):
            mark.update(f"{now.shown} …")
