"""Records as lines of JSON, for whoever reads the program's output."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from reconciler.ports.logs import LogRecord
from reconciler.telemetry.records import line_of


class Lines:
    """Those that are wanted; a reader that went away, or a full disk, stops nothing."""

    def __init__(self, out: TextIO, is_wanted: Callable[[LogRecord], bool] = lambda _: True) -> None:
        self._out, self._is_wanted = out, is_wanted

    def take(self, record: LogRecord) -> None:
        if self._is_wanted(record):
            with suppress(OSError, ValueError):
                self._out.write(line_of(record) + "\n")
                self._out.flush()

    def close(self) -> None: ...
