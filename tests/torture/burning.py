"""In a traced process: tells the tracer which thread is which, and makes calls that fail, so that it counts up to a real one.

A tracer counts each call of each thread, and cannot be told another number once it runs. So its number is high, and a
thread first makes as many idle calls as are missing at the chosen one.
"""

from __future__ import annotations

import ctypes
import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from itertools import count

VARIABLE = "TORTURE_IDLE_CALLS"
"""By thread (0 is the main one, the others as they start) and call: how many idle ones go first. JSON."""
MARK = "getsid"
"""Nobody else calls it. Its argument is the thread; what stands before it in a log is no work of the program."""
NUMBERS = {
    "write": 1, "open": 2, "pwrite64": 18, "fsync": 74, "fdatasync": 75, "ftruncate": 77, "rename": 82, "mkdir": 83, "link": 86, "unlink": 87,
    "openat": 257, "mkdirat": 258, "unlinkat": 263, "renameat": 264, "linkat": 265, "renameat2": 316,
}  # fmt: skip
"""As they are on x86_64."""
_MAY_BE_TRACED_BY, _ANYBODY = 0x59616D61, -1

ctypes.CDLL(None).prctl(_MAY_BE_TRACED_BY, ctypes.c_long(_ANYBODY), 0, 0, 0)  # else only by whoever started it, where Yama watches


def start() -> None:
    """Called where the program is about to begin."""
    idle: Mapping[str, Mapping[str, int]] = json.loads(os.environ.pop(VARIABLE, "{}"))
    threads, run = count(1), threading.Thread.run

    def begun(thread: threading.Thread) -> None:
        _begin(next(threads), idle)
        run(thread)

    threading.Thread.run = begun  # type: ignore[method-assign]  # this process is a test's, and soon over
    _begin(0, idle)


def _begin(thread: int, idle: Mapping[str, Mapping[str, int]]) -> None:
    call = ctypes.CDLL(None).syscall
    for name, times in idle.get(str(thread), {}).items():
        for _ in range(times):
            call(NUMBERS[name], -1, -1, -1, -1, 0)
    with suppress(OSError):
        os.getsid(thread)
