"""``python -m bench [--scale 1 10] [--runs 5]`` prints a Markdown table of us and the peers, measured in turns."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import ours, peers
from bench.measure import medians, table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cases = []
        for scale in chosen.scale:
            theirs, missing = peers.cases(scale, Path(folder))
            cases += [*ours.cases(scale, Path(folder)), *theirs]
        print(table(cases, medians(cases, chosen.runs)))
        print("".join(f"\nNot measured: {why}" for why in missing))


if __name__ == "__main__":
    main()
