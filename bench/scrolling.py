"""How smoothly a browser scrolls the dashboard's long lists, and how much of them it holds at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.figures import Figure, quantile

FRAME_MS = 1000 / 60
"""Of the screen that a browser without one draws for."""
_SCRIPT = Path(__file__).with_name("scrolling.mjs")
_NEEDED = (_SCRIPT.parents[1] / "frontend" / "dist" / "index.html", _SCRIPT.parents[1] / "frontend" / "node_modules" / "playwright-core")


def figures(address: str, name: str, password: str, about: Mapping[str, str]) -> list[Figure]:
    """``about``: what each list is called. An empty page stands beside them: what the machine can do at that moment.

    Nothing where the dashboard was not built, or where Node or a chromium is missing.
    """
    node, browser = shutil.which("node"), os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if node is None or browser is None or not all(path.exists() for path in _NEEDED):
        return []
    asked = [node, str(_SCRIPT), address, name]
    done = subprocess.run(asked, input=password, env={**os.environ, "CHROMIUM": browser}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the browser could not scroll: {done.stderr[-400:]}")
    return figures_of(json.loads(done.stdout), {**about, "nothing": "an empty page"})


def figures_of(seen: Mapping[str, Any], about: Mapping[str, str]) -> list[Figure]:
    return [figure for name, one in seen.items() for figure in _of_list(f"{about[name]} scrolled in chromium", one["frames"], one["most"])]


def _of_list(work: str, frames: list[float], rows: int) -> list[Figure]:
    dropped = sum(max(0, round(ms / FRAME_MS) - 1) for ms in frames)
    return [
        Figure(f"{work}, rows in the page at most", rows, ""),
        Figure(f"{work}, frame, p50", quantile(frames, 0.5), "ms"),
        Figure(f"{work}, longest frame", max(frames), "ms"),
        Figure(f"{work}, frames dropped", 100 * dropped / (len(frames) + dropped), "%"),
    ]
