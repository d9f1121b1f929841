"""Processes as this program remembers them over its own death. A number alone names no process: numbers come again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_STEP_S = 0.005
_PATIENCE_S = 15.0
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Process:
    """``started`` tells two processes with one number apart; it is compared, never read."""

    pid: int
    started: str

    def is_alive(self) -> bool:
        return bool(self.started) and started(self.pid) == self.started

    def ask(self, number: signal.Signals) -> None:
        if self.is_alive():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def end(self, asking: signal.Signals, patience_s: float) -> None:
        """Ask it to end, wait, and end it in any case."""
        self.ask(asking)
        if not self.wait(patience_s):
            self.ask(signal.SIGKILL)
            self.wait(patience_s)

    def wait(self, patience_s: float) -> bool:
        """True when it is gone before the time is up."""
        until = time.monotonic() + patience_s
        while self.is_alive():
            if time.monotonic() > until:
                return False
            time.sleep(_STEP_S)
            _reap(self.pid)
        return True


def started(pid: int) -> str:
    """When a process began, as text that no other process with this number has; empty when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return "" if _BOOT.exists() else _told_by_ps(pid)
    return "" if fields[0] in (b"Z", b"X") else f"{fields[19].decode()} {_BOOT.read_text().strip()}"


def _told_by_ps(pid: int) -> str:
    """For systems without ``/proc``."""
    told = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # it was started by an earlier life of this program


def remember(path: Path, process: Process) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(asdict(process)))
    os.replace(fresh, path)


def remembered(path: Path) -> Process | None:
    """The process that the file tells of, when it still runs."""
    try:
        found = json.loads(path.read_text())
        process = Process(int(found["pid"]), str(found["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return process if process.is_alive() else None


def end_all(folder: Path, name: str, asking: signal.Signals) -> None:
    """End every process of this name that works in a folder which only they use. On systems without ``/proc``: none is found."""
    for process in working_in(folder, name):
        process.end(asking, _PATIENCE_S)


def working_in(folder: Path, name: str) -> list[Process]:
    """Processes of this name whose working folder it is, the oldest first."""
    where = folder.resolve()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == where and (entry / "comm").read_text().strip() == name:
                found.append(Process(int(entry.name), started(int(entry.name))))
        except OSError:
            continue  # somebody else's, or gone meanwhile
    return sorted((p for p in found if p.started), key=lambda p: int(p.started.split()[0]))
