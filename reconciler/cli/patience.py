"""Says on a terminal what is being done when it takes more than a second. Nothing is said to pipes and files."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AFTER_S = 1.0


@contextmanager
def patience(what: str) -> Iterator[None]:
    """One line on standard error, taken away again when the work is done."""
    if not sys.stderr.isatty():
        yield
        return
    timer = threading.Timer(_AFTER_S, lambda: print(f"{what} …", end="", file=sys.stderr, flush=True))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if timer.finished.is_set():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
