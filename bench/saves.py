"""From a save in one client until every other client is written durably: with the engine in this process, and through `up`."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Figure, median_ms, percentiles
from bench.machines import PROGRAM, WRITTEN, Machine
from reconciler.settings import settings_from
from reconciler.wiring import locked, opened

P50_MS, P99_MS = 50.0, 200.0
_PATIENCE_S = 20.0
_LOOK_S = 0.002
_REST_S = 0.1
"""Between edits: the look at our own writes comes first, since nobody saves again in that very moment."""


def figures(settled: Machine, folder: Path, edits: int) -> list[Figure]:
    work = "save in one client, all others written durably"
    inside, recorded = _inside(settled.copied_to(folder / "inside"), edits)
    placed, told = _through_up(settled.copied_to(folder / "up"), edits)
    return [
        *percentiles(f"{work}, engine alone", inside, P50_MS, P99_MS),
        *percentiles("what is then recorded of it, with everybody served", recorded),
        *percentiles(f"{work}, `reconciler up`", told, P50_MS, P99_MS),
        *percentiles("the same until the last file is in its place", placed),
        Figure("one file of 4 KB flushed to this disk (such a save flushes about 40, most of them side by side), p50", _flush_ms(folder), "ms"),
    ]


def _flush_ms(folder: Path) -> float:
    def flush() -> None:
        with (folder / "flushed").open("wb") as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())

    return median_ms(flush, 50)


def _inside(machine: Machine, edits: int) -> tuple[list[float], list[float]]:
    """Milliseconds of the save, and of its record. As `up` does it, without the watcher: lock, targets, pass, record."""
    settings = settings_from(machine.environ)
    engine = opened(settings)
    took, recorded = [], []
    for number in range(edits + 1):
        machine.edit_server(f"inside-{number}")
        began = time.perf_counter()
        with locked(settings.lock):
            result = engine.reconcile(engine.targets())
            written = time.perf_counter()
            engine.recorded([result])
        took.append((written - began) * 1000)
        recorded.append((time.perf_counter() - written) * 1000)
        machine.insist_on(f"inside-{number}")
        engine.run(engine.targets())  # as the watcher's hints of our own writes make it
    return took[1:], recorded[1:]  # the first reads what all later ones know


def _through_up(machine: Machine, edits: int) -> tuple[list[float], list[float]]:
    """Milliseconds until the last file is in its place, and until `up` has told that the pass is over."""
    placed, told = [], []
    with _up(machine) as process:
        for number in range(edits + 1):
            before = _inodes(machine)
            machine.edit_server(f"up-{number}")
            began = time.perf_counter()
            _wait(machine, before)
            placed.append((time.perf_counter() - began) * 1000)
            _read_lines(process, len(WRITTEN) + 1)  # one a client: captured in claude, converged in the others
            told.append((time.perf_counter() - began) * 1000)
            machine.insist_on(f"up-{number}")
            time.sleep(_REST_S)  # the pass over our own writes comes before the next save
    return placed[1:], told[1:]


@contextmanager
def _up(machine: Machine) -> Iterator[subprocess.Popen[str]]:
    environ = {**machine.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen([str(PROGRAM), "up"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        while process.stdout and "watching" not in process.stdout.readline():
            if process.poll() is not None:
                raise RuntimeError(f"reconciler up: exit {process.returncode}")
        time.sleep(1.0)  # its first pass
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE_S)


def _inodes(machine: Machine) -> list[int]:
    """A file that is replaced has a new one."""
    return [os.stat(machine.home / name).st_ino for name in WRITTEN]


def _wait(machine: Machine, before: list[int]) -> None:
    give_up = time.monotonic() + _PATIENCE_S
    while any(new == old for new, old in zip(_inodes(machine), before, strict=True)):
        if time.monotonic() > give_up:
            raise RuntimeError("reconciler up did not write the other clients")
        time.sleep(_LOOK_S)  # a watcher of our own would be measured with it


def _read_lines(process: subprocess.Popen[str], lines: int) -> None:
    for _ in range(lines):
        if process.stdout is None or not process.stdout.readline():
            raise RuntimeError("reconciler up has ended")
