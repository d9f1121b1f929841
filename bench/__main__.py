"""``python -m bench``: what users wait for, in figures with budgets and beside the peers, all from one run.

Prints Markdown, or JSON with ``--json``. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench import dashboard, figures, history, idle, inside, load, machines, measure, ours, peers, saves, waiting
from bench.figures import Figure
from bench.measure import Case
from reconciler.deploy.dashboard import dashboard_files

PARTS = ("dashboard", "figures", "idle", "load", "processes")


def main() -> None:
    chosen = _arguments()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found: list[Figure] = []
        out: dict[str, object] = {}
        if "processes" in chosen.parts:
            cases, missing = _cases(Path(folder), chosen.scale)
            costs = measure.medians(cases, chosen.runs)
            found += ours.figures(cases, costs)
            out |= {"processes": measure.rows(cases, costs), "not_measured": missing}
            _print(chosen.json, measure.table(cases, costs), *(f"Not measured: {why}" for why in missing))
        if "dashboard" in chosen.parts:
            found += dashboard.figures(dashboard_files())
        if "figures" in chosen.parts:
            found += _figures(Path(folder), chosen.edits, chosen.targets)
        if "idle" in chosen.parts:
            found += idle.figures(machines.settled(1, Path(folder) / "settled-idle"), Path(folder), chosen.idle)
        if "load" in chosen.parts:
            found += load.figures(machines.settled(1, Path(folder) / "settled-load"), Path(folder), chosen.load)
        if chosen.commits:
            found += history.figures(Path(folder), chosen.commits)
        out["figures"] = [{**vars(one), "is_met": one.is_met} for one in found]
        _print(chosen.json, figures.table(found))
    if chosen.json:
        json.dump(out, sys.stdout, indent=2)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"{', '.join(PARTS)}; left out: all")
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 10], help="how large the workloads of whole processes are")
    parser.add_argument("--runs", type=int, default=5, help="how often each process runs")
    parser.add_argument("--edits", type=int, default=200, help="how many saves are timed")
    parser.add_argument("--targets", type=int, default=1000, help="of the large pass with nothing to do")
    parser.add_argument("--idle", type=int, default=60, help="for how many seconds the idle `up` is watched")
    parser.add_argument("--load", type=int, default=20, help="for how many seconds the readers ask")
    parser.add_argument("--commits", type=int, default=0, help="also measure a repository of so many commits; 100000 takes a minute")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if not set(chosen.parts) <= set(PARTS):
        parser.error(f"there are {', '.join(PARTS)}")
    return chosen


def _figures(folder: Path, edits: int, targets: int) -> list[Figure]:
    settled = machines.settled(1, folder / "settled")
    return [*saves.figures(settled, folder / "saves", edits), *inside.figures(settled, folder / "inside", targets), *waiting.figures(settled, folder / "waiting")]


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
