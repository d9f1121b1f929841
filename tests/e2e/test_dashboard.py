"""Stories of a person at the dashboard, in a real browser over a real `reconciler up`: see ``frontend/e2e``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORIES = sorted((ROOT / "frontend" / "e2e").glob("*.e2e.ts"))
PICTURES = ROOT / "build" / "shots"


@pytest.mark.long
def test_a_person_at_the_dashboard() -> None:
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        count = sum(len(re.findall(r"^ +it[.(]", one.read_text(), re.MULTILINE)) for one in STORIES)
        pytest.skip(f"{count} stories of the dashboard: no chromium here (Debian: apt-get install chromium)")
    for command in ("build", "e2e"):
        done = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "frontend.py"), command],
            env={"SHOTS": str(PICTURES), **os.environ, "CHROMIUM": browser, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)
