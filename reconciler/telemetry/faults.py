"""Unexpected errors, told in one line each: what kind and where, never the text, which may hold anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType

from reconciler.ports.faults import Faults
from reconciler.ports.logs import EventLog

_MOST_PLACES = 12


class LoggedFaults:
    """``reconciler.ports.faults.Faults``: each is an event of the program's own log."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def report(self, error: Exception, about: Mapping[str, str]) -> None:
        places = list(_places(error.__traceback__))[-_MOST_PLACES:]
        self._log.write("error", "fault", {"type": _type(error), "causes": list(_causes(error)), "places": places, **about})


@contextmanager
def reporting(faults: Faults) -> Iterator[None]:
    """A thread that ends by an error is reported. Python's own way would print its text, which may hold anything."""
    before = threading.excepthook

    def ended(what: threading.ExceptHookArgs) -> None:
        if isinstance(what.exc_value, Exception):
            faults.report(what.exc_value, {"part": what.thread.name if what.thread else "a thread"})

    threading.excepthook = ended
    try:
        yield
    finally:
        threading.excepthook = before


def _places(trace: TracebackType | None) -> Iterator[str]:
    """Module, line and function of each call, the innermost last."""
    while trace is not None:
        yield f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno} {trace.tb_frame.f_code.co_name}"
        trace = trace.tb_next


def _causes(error: BaseException) -> Iterator[str]:
    """The types of the errors that it came from; a chain may be a ring."""
    seen = {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield _type(cause)
        cause = cause.__cause__ or cause.__context__


def _type(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
