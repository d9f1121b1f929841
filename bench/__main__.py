"""``python -m bench``: what users wait for, in figures with budgets and beside the peers, all from one run.

Prints Markdown, or JSON with ``--json``. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench import figures, inside, machines, measure, ours, peers, saves
from bench.figures import Figure
from bench.measure import Case

PARTS = ("figures", "processes")


def main() -> None:
    chosen = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out: dict[str, object] = {}
        if "figures" in chosen.parts:
            found = _figures(Path(folder), chosen.edits, chosen.targets)
            out["figures"] = [{**vars(one), "is_met": one.is_met} for one in found]
            _print(chosen.json, figures.table(found))
        if "processes" in chosen.parts:
            cases, missing = _cases(Path(folder), chosen.scale)
            costs = measure.medians(cases, chosen.runs)
            out |= {"processes": measure.rows(cases, costs), "not_measured": missing}
            _print(chosen.json, measure.table(cases, costs), *(f"Not measured: {why}" for why in missing))
    if chosen.json:
        json.dump(out, sys.stdout, indent=2)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"{' and '.join(PARTS)}; left out: both")
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 10], help="how large the workloads of whole processes are")
    parser.add_argument("--runs", type=int, default=5, help="how often each process runs")
    parser.add_argument("--edits", type=int, default=100, help="how many saves are timed")
    parser.add_argument("--targets", type=int, default=1000, help="of the large pass with nothing to do")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if not set(chosen.parts) <= set(PARTS):
        parser.error(f"there are {' and '.join(PARTS)}")
    return chosen


def _figures(folder: Path, edits: int, targets: int) -> list[Figure]:
    settled = machines.settled(1, folder / "settled")
    return [*saves.figures(settled, folder / "saves", edits), *inside.figures(settled, folder / "inside", targets)]


def _cases(folder: Path, scales: list[int]) -> tuple[list[Case], list[str]]:
    """Ours first, so that ratios are against us."""
    cases: list[Case] = []
    missing: list[str] = []
    for scale in scales:
        theirs, missing = peers.cases(scale, folder)
        cases += [*ours.cases(scale, folder), *theirs]
    return cases, missing


def _print(is_json: bool, *texts: str) -> None:
    if not is_json:
        print(*texts, "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
