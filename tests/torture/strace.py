"""Commands whose system calls fail, or end them, at a chosen place: strace's fault injection."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.scenarios.command_line import Forks
from tests.torture import burning

CHANGES = ("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "fsync", "fdatasync", "ftruncate")
OPENINGS = ("open", "openat", "mkdir", "mkdirat", "write", "pwrite64")
_NUMBER = 400
"""No thread of a story makes one of these calls more often; the tracer's faults come at this one."""
_call = re.compile(r"(\w+)\((.*)")


@dataclass(frozen=True)
class Place:
    """One call of a thread: how often the thread has made each call before it, and the call with its arguments."""

    thread: int
    call: str
    before: Mapping[str, int]
    text: str

    def idle(self, is_lasting: bool) -> dict[str, str]:
        """What makes this call the one that the tracer counts to; ``is_lasting``: all other calls of the thread from here on, too."""
        calls = burning.NUMBERS if is_lasting else (self.call,)
        return {burning.VARIABLE: json.dumps({self.thread: {call: _NUMBER - 1 - self.before.get(call, 0) for call in calls}})}


@contextmanager
def traced(forks: Forks, calls: tuple[str, ...], what: str = "", is_lasting: bool = False, log: Path | None = None) -> Iterator[None]:
    """In commands that are run meanwhile ``what`` (``signal=KILL``, ``error=EIO``) happens to a call that idle ones lead to; nothing when empty."""
    output = ["-ff", "-y", "-o", str(log)] if log else ["-o", os.devnull]
    fault = ["-e", f"inject={','.join(calls)}:{what}:when={_NUMBER}{'+' * is_lasting}"] if what else []
    options = ["-f", "-q", "-s", "0", *output, "-e", f"trace={','.join(calls)},{burning.MARK}", *fault]
    with subprocess.Popen(["strace", *options, "-p", str(forks.pid)], stderr=subprocess.DEVNULL) as tracer:
        while not _is_traced(forks.pid):
            assert tracer.poll() is None, "strace could not begin"
        yield
        tracer.terminate()


def _is_traced(pid: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text()


def why_not() -> str:
    """Why nothing can be injected here; empty when it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    if platform.machine() != "x86_64":
        return "system calls have other numbers here"
    tried = subprocess.run(["strace", "-o", os.devnull, "-e", "inject=getppid:error=EIO", "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "strace may not trace here"


def traceable() -> Forks:
    """Commands that ``traced`` can look into."""
    return Forks([burning.__name__])


def places(log: Path) -> list[Place]:
    """Every call of the program that a log has, thread by thread. What other programs called that it started is none."""
    found = [_of_thread(path.read_text(errors="replace").splitlines()) for path in log.parent.glob(f"{log.name}.*")]
    return [place for thread in sorted((t for t in found if t), key=lambda t: t[0].thread) for place in thread]


def _of_thread(lines: list[str]) -> list[Place]:
    thread, seen, found = -1, Counter[str](), list[Place]()
    for call, rest in (match.groups() for line in lines if (match := _call.match(line))):
        if call == burning.MARK:
            thread = int(rest.partition(")")[0])
        elif thread >= 0:
            found.append(Place(thread, call, dict(seen), f"{call}({rest}"))
            seen[call] += 1
    return found
