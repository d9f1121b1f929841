"""What `reconciler up` costs while nothing happens but a client that rewrites its own file, and how soon it is ready."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from bench.figures import Figure
from bench.inside import big_json
from bench.machines import PROGRAM, Machine

CPU_SHARE, PSS_MB, READY_S = 2.0, 250.0, 3.0
_REWRITE_S = 5.0
_SETTLE_S = 10.0
_PATIENCE_S = 60.0
_OPENER = build_opener(ProxyHandler({}))


def figures(settled: Machine, folder: Path, seconds: int) -> list[Figure]:
    machine = settled.copied_to(folder / "idle-up")
    with _up(machine):
        pass  # the first start makes the servers' data
    with _up(machine) as (pid, ready_s, whole_s):
        cpu, pss = _idle(machine, pid, seconds)
    work = f"idle `reconciler up` with its servers, ~/.claude.json of 2.5 MB rewritten every {_REWRITE_S:.0f} s, {seconds} s"
    return [
        Figure("cold start of `reconciler up`, second time, to ready", ready_s, "s", READY_S),
        Figure("the same until its servers answer too", whole_s, "s"),
        Figure(f"{work}, CPU", cpu, "% of a core", CPU_SHARE),
        Figure(f"{work}, memory (PSS)", pss, "MB", PSS_MB),
    ]


def _idle(machine: Machine, pid: int, seconds: int) -> tuple[float, float]:
    """Share of a core and megabytes of the whole tree: `up`, PostgreSQL with its processes, Valkey."""
    texts = [big_json(machine, starts) for starts in (1, 2)]
    _rewrite(machine, texts[0])
    time.sleep(_SETTLE_S)  # what a start costs is another row
    tree = {pid, *_servers(machine)}
    before, began = _cpu_s(tree), time.monotonic()
    for turn in range(max(1, round(seconds / _REWRITE_S))):
        _rewrite(machine, texts[(turn + 1) % 2])
        time.sleep(_REWRITE_S)  # the idle time that is measured
    share = 100 * (_cpu_s(tree) - before) / (time.monotonic() - began)
    return share, sum(map(_pss_mb, _with_children(tree)))


def _rewrite(machine: Machine, data: bytes) -> None:
    path = machine.home / ".claude.json"
    temp = path.with_suffix(".tmp")
    temp.write_bytes(data)
    os.replace(temp, path)


@contextmanager
def _up(machine: Machine) -> Iterator[tuple[int, float, float]]:
    """Its process, and the seconds until it was ready, and until its servers answered; stopped in good order."""
    began = time.perf_counter()
    process = subprocess.Popen([str(PROGRAM), "up", "--port", "0"], env=machine.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = _address(process)
        _await(lambda: bool(_answer(address, "/readyz")))
        ready_s = time.perf_counter() - began
        _await(lambda: _answer(address, "/healthz").get("status") == "ok")
        yield process.pid, ready_s, time.perf_counter() - began
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE_S)


def _address(process: subprocess.Popen[str]) -> str:
    while process.stdout and (line := process.stdout.readline()):
        if line.startswith("serving "):
            return line.removeprefix("serving ").strip()
    raise RuntimeError(f"reconciler up: exit {process.poll()}")


def _await(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + _PATIENCE_S
    while not is_so():
        if time.monotonic() > give_up:
            raise RuntimeError("reconciler up was not ready in time")
        time.sleep(0.02)  # a look costs the CPU that is measured


def _answer(address: str, path: str) -> dict[str, object]:
    try:
        with _OPENER.open(address + path, timeout=5) as answer:
            value: dict[str, object] = json.load(answer)
            return value
    except OSError:
        return {}


def _servers(machine: Machine) -> list[int]:
    records = (machine.state / "servers").glob("*.process")
    return [json.loads(record.read_text())["pid"] for record in records]


def _with_children(pids: set[int]) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents[int(entry.name)] = int(fields[1])
    found = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _cpu_s(pids: set[int]) -> float:
    """User and system time of the processes, their children that live, and those that have ended."""
    ticks = sum(sum(map(int, fields[11:15])) for pid in _with_children(pids) if (fields := _stat(pid)))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """What is in ``/proc/<pid>/stat`` behind the name; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
