"""Our side of the comparison: a scratch home with every client's files, and what a person runs there.

To fill in: ``homes`` writes the files of claude, codex, qwen and acli for a workload; ``cases`` gives, in this order,
``sync`` with nothing to do (work ``no-op, <scale>x``, the words that the peers' cases use), the first ``init --yes``, the
first ``sync``, and ``sync`` after one server was edited (``before`` makes the edit anew for each run).
"""

from __future__ import annotations

from pathlib import Path

from bench.measure import Case
from bench.workload import Workload


def homes(load: Workload, home: Path) -> None:
    """Write the clients' own files for this workload below ``home``."""
    raise NotImplementedError


def cases(scale: int, folder: Path) -> list[Case]:
    """Our commands; none until the command line is there. They come first, so that ratios are against us."""
    return []
