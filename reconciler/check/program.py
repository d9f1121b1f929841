"""Finds a client's program and runs it: no shell, a bare environment, a time limit, bounded output, nothing left running."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MAX_OUTPUT = 64 * 1024
_SHELLS = {"sh", "bash", "dash", "zsh", "ksh"}


@dataclass(frozen=True)
class Ran:
    """How a program ended. ``exit_code`` is None when the time was up, negative after a signal, 127 when it did not start."""

    exit_code: int | None
    output: str


def found(name: str, search_path: str) -> Path | None:
    """The program as it would be run, or None. Relative places in the search path are not looked at."""
    places = [place for place in search_path.split(os.pathsep) if os.path.isabs(place)]
    program = shutil.which(name, path=os.pathsep.join(places)) if places else None
    return Path(program) if program else None


def bare_path(program: Path, search_path: str, links: Path) -> str:
    """A PATH that holds the program's interpreter and nothing else; a shell script also gets the system's tools.

    Real folders would offer the client ``git``, ``npm`` and what the configured servers are started with.
    """
    links.mkdir()
    interpreter, named = _interpreter(program)
    for name in {named, "node"} - {""}:
        real = found(name, search_path)
        if real and (name == named or interpreter in _SHELLS):
            (links / name).symlink_to(real)
    return f"{links}:/usr/bin:/bin" if {interpreter, named} & _SHELLS else str(links)


def _interpreter(program: Path) -> tuple[str, str]:
    """The name of what the first line runs, and what that looks up on PATH (``env node`` gives ``env``, ``node``)."""
    with program.open("rb") as file:
        words = file.readline(256).decode("utf-8", "replace").split() if file.read(2) == b"#!" else []
    if not words:
        return "", ""
    named = next((w for w in words[1:] if not w.startswith("-") and "=" not in w), "")
    interpreter = os.path.basename(words[0])
    return interpreter, named if interpreter == "env" else ""


def run(command: Sequence[str], *, environ: Mapping[str, str], folder: Path, time_limit_s: float) -> Ran:
    """Run with empty input; the whole process group is killed when this returns."""
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environ),
            start_new_session=True,
        )
    except OSError as problem:
        return Ran(127, problem.strerror or "")
    try:
        output = _output(process, time.monotonic() + time_limit_s)
    finally:
        is_late = process.returncode is None
        _end_group(process)
        if process.stdout:
            process.stdout.close()
    return Ran(None if is_late else process.returncode, output.decode("utf-8", "replace"))


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left, and give it a moment to be gone: a dying child may still write into the folder."""
    with suppress(ProcessLookupError, PermissionError):  # nobody is left; macOS says the latter of zombies
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for _ in range(100):
            os.killpg(process.pid, 0)
            time.sleep(0.002)  # they are no children of ours: nothing tells when they are gone
    process.wait()


def _output(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """What it printed until it ended or the time was up. Past the bound output is read, so that it can go on, and dropped.

    The end of the output is not waited for: a child that was left behind may hold it open.
    """
    kept = bytearray()
    assert process.stdout is not None  # noqa: S101  (asked for a pipe)
    is_open = True
    while process.poll() is None and (left := deadline - time.monotonic()) > 0:
        if not is_open:
            time.sleep(0.002)  # it has closed its output and still runs: there is nothing to wait on
            continue
        chunk = _chunk(process.stdout.fileno(), min(left, 0.05))
        is_open = chunk != b""
        kept += (chunk or b"")[: MAX_OUTPUT - len(kept)]
    while is_open and len(kept) < MAX_OUTPUT and (rest := _chunk(process.stdout.fileno(), 0)):
        kept += rest[: MAX_OUTPUT - len(kept)]
    return bytes(kept)


def _chunk(pipe: int, wait_s: float) -> bytes | None:
    """Bytes that are there, empty at the end, None when nothing came."""
    poll = select.poll()  # select() refuses file numbers past 1,023
    poll.register(pipe, select.POLLIN)
    return os.read(pipe, 65536) if poll.poll(wait_s * 1000) else None
