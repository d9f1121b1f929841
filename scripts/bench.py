"""Measure, on this machine, work that users wait for: ``make bench``. Compare figures of one run only."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

from reconciler.model.faults import validated
from reconciler.model.server import Server
from reconciler.model.tool_entry import Shell, entry_text, parse_entry_text


def import_of_the_models() -> None:
    subprocess.run([sys.executable, "-c", "import reconciler.model.server"], check=True)


def check_of_2000_servers() -> None:
    for number in range(2000):
        validated(Server, "mcp/x.yaml", {"command": "npx", "args": ["-y", f"server-{number}"], "env": {"MODE": "prod"}})


def names_of_2000_allowed_tools() -> None:
    for number in range(2000):
        parse_entry_text(entry_text(Shell(("git", f"push-{number}"))))


def milliseconds(work: Callable[[], None], rounds: int = 5) -> float:
    took = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        took.append((perf_counter() - began) * 1000)
    return median(took)


if __name__ == "__main__":
    for work in (import_of_the_models, check_of_2000_servers, names_of_2000_allowed_tools):
        print(f"{work.__name__.replace('_', ' '):32} {milliseconds(work):8.1f} ms")
