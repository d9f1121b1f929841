"""Whether a pass ever waits for PostgreSQL, Redis, Loki or the server of errors: its calls are counted while all of them are away.

Away is either refusing (nobody listens) or silent (somebody does, and never answers), which is worse.
"""

from __future__ import annotations

import select
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from bench.figures import Figure
from bench.machines import Machine
from reconciler.cli.telling import speaking
from reconciler.cli.upping import tell
from reconciler.reconcile.pass_result import Pass
from reconciler.settings import settings_from
from reconciler.wiring.running import running

_WAITS = {"wait", "join", "_wait_for_tstate_lock"}
_BACK_ENDS = ("/reconciler/mirror/", "/reconciler/events/", "/reconciler/telemetry/", "/sentry_sdk/", "/httpx/", "/redis/", "/psycopg/", "/sqlalchemy/", "/queue.py")
_PATIENCE_S = 120.0


@dataclass
class Waits:
    """Calls of one thread that wait for somebody else: any use of a socket, any sleep, and any lock waited for within a back end's code."""

    calls: list[str] = field(default_factory=list)

    @contextmanager
    def counted(self) -> Iterator[None]:
        sys.setprofile(self._seen)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _seen(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call" and _is_of_network(arg):
            self.calls.append(f"{arg.__name__} in {_place(frame)}")
        elif event == "call" and frame.f_code.co_name in _WAITS and frame.f_code.co_filename.endswith("/threading.py"):
            asker = frame.f_back
            if asker and _is_within(asker) and not _is_starting(asker):
                self.calls.append(f"{frame.f_code.co_name} in {_place(asker)}")


def _is_starting(frame: FrameType) -> bool:
    """A thread of our own is awaited for its first moment alone."""
    callers = (frame, frame.f_back)
    return any(one is not None and one.f_code.co_name == "start" and one.f_code.co_filename.endswith("/threading.py") for one in callers)


def _place(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _is_of_network(called: Any) -> bool:
    """A method of a socket, or of what waits for several; making one waits for nothing."""
    of = type(getattr(called, "__self__", None))
    is_of_socket = issubclass(of, socket.socket) or of.__module__ in ("_socket", "_ssl")
    is_poll = of.__module__ == "select" and called.__name__ in ("poll", "control")
    return is_of_socket or is_poll or called in (time.sleep, socket.getaddrinfo, select.select)


def _is_within(frame: FrameType | None) -> bool:
    while frame is not None:
        if any(part in frame.f_code.co_filename for part in _BACK_ENDS):
            return True
        frame = frame.f_back
    return False


@contextmanager
def silent_server() -> Iterator[str]:
    """Host and port of a server that takes every connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def away(place: str) -> dict[str, str]:
    """Every back end at one place."""
    return {
        "RECONCILER_DATABASE_URL": f"postgresql://ann:x@{place}/x",
        "RECONCILER_REDIS_URL": f"redis://{place}/0",
        "RECONCILER_LOKI_URL": f"http://{place}",
        "RECONCILER_SENTRY_DSN": f"http://{'0' * 32}@{place}/1",
    }


@dataclass(frozen=True)
class Passed:
    waits: tuple[str, ...]
    took_ms: tuple[float, ...]


def passes(environ: Mapping[str, str], edit: Callable[[int], None], number: int, out: TextIO) -> Passed:
    """The loop of `up`, after each pass with news an edit and an unexpected error, until there were so many."""
    waits, took = Waits(), list[float]()
    stop = threading.Event()
    settings = settings_from({**environ, "RECONCILER_LOG_FORMAT": "json"})
    with _output(out), speaking(running(settings)) as said:
        said.up.start()
        chores = said.up.chores(said.voice.complain)

        def told(result: Pass) -> None:
            tell(said.up, said.voice, lambda _: None, result)
            said.up.faults.report(ValueError("made up"), {"pass": result.session})
            if len(took) > number:
                stop.set()

        loop = said.up.watching(told, said.voice.complain, chores)
        held = loop.locked

        @contextmanager
        def locked() -> Iterator[None]:
            with held():
                began = time.perf_counter()
                with waits.counted():
                    yield
                took.append((time.perf_counter() - began) * 1000)

        loop.locked = locked
        editing = threading.Thread(target=_edits, args=[edit, took, stop], daemon=True)
        editing.start()
        loop.run(stop)
        chores.stop()
        editing.join()
    return Passed(tuple(waits.calls), tuple(took[1:]))


def _edits(edit: Callable[[int], None], took: list[float], stop: threading.Event) -> None:
    """One after each pass, and given up when nothing comes of them."""
    until, seen, turn = time.monotonic() + _PATIENCE_S, 0, 0
    while not stop.wait(0.01) and time.monotonic() < until:
        if len(took) > seen:
            seen, turn = len(took), turn + 1
            edit(turn)
    stop.set()


@contextmanager
def _output(out: TextIO) -> Iterator[None]:
    before, sys.stdout = sys.stdout, out
    try:
        yield
    finally:
        sys.stdout = before


def figures(settled: Machine, folder: Path, number: int = 20) -> list[Figure]:
    """Beside how long the same passes take with nothing to tell of them to anybody."""
    found: list[Figure] = []
    with silent_server() as silent, (Path("/dev/null")).open("w") as out:
        for name, place in (("silent", silent), ("refusing", "127.0.0.1:9")):
            machine = settled.copied_to(folder / name)
            done = passes({**machine.environ, **away(place)}, partial(_edit, machine), number, out)
            found.append(Figure(f"calls that waited for a back end, all {name}, {len(done.took_ms)} passes", len(done.waits), "", 0.0))
            found.append(Figure(f"pass while every back end is {name}, p50", statistics.median(done.took_ms), "ms"))
    return found


def _edit(machine: Machine, turn: int) -> None:
    machine.edit_server(f"waiting-{turn}")
