"""What libraries say by Python's own logging, as events of this program's log: one shape, one masking."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.ports.logs import EventLog

_LEVELS = ((logging.ERROR, "error"), (logging.WARNING, "warning"), (logging.INFO, "info"))
_SERVERS = "uvicorn"
_OWN_WAYS = ("urllib3", "httpx", "httpcore", "sentry_sdk")
"""What carries records and errors out: a word of theirs about a failed try would be one more to carry. What is lost is counted."""


class Forwarded(logging.Handler):
    """A library's traceback stays behind, for it may hold values: its type and module are told."""

    def __init__(self, log: EventLog) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".")[0] in _OWN_WAYS:
            return
        level = next((word for number, word in _LEVELS if record.levelno >= number), "debug")
        fields = {"logger": record.name, "message": record.getMessage().split("\n", 1)[0]}
        if record.exc_info and record.exc_info[0] is not None:
            fields["type"] = record.exc_info[0].__name__
        self._log.write(level, "message", fields)


@contextmanager
def forwarding(log: EventLog) -> Iterator[None]:
    """Warnings and errors of every library, and what the HTTP server says besides, until the end."""
    handler, root, server = Forwarded(log), logging.getLogger(), logging.getLogger(_SERVERS)
    before = server.level
    root.addHandler(handler)
    server.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        server.setLevel(before)
