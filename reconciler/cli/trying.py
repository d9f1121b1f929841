"""`demo`: a scratch home with sample files of four clients, adopted there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any

from reconciler.cli import starting
from reconciler.deploy.template import sample_files
from reconciler.errors import Stalled
from reconciler.settings import settings_from


def run(folder: Path | None, prefer: str | None = None) -> dict[str, Any]:
    """Make the scratch folder and adopt what is in it. Refuses a folder that holds something already."""
    root = (folder or Path(tempfile.mkdtemp(prefix="reconciler-demo-"))).absolute()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Stalled(f"{root}: it is there already, and not an empty folder; name one that is new")
    home = root / "home"
    for path, content in sample_files().items():
        place = home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    settings = replace(settings_from({"HOME": str(home), "PATH": "/usr/bin:/bin"}), state=root / "state")
    data, _ = starting.run(settings, True, prefer)
    return {"folder": str(root), "home": str(home), "state": str(root / "state"), **data}


def lines(data: dict[str, Any]) -> Iterator[str]:
    yield from starting.lines(data, True)
    yield ""
    yield "Try it: edit a file below the scratch home, then sync."
    yield f"  export HOME={quote(data['home'])} RECONCILER_HOME={quote(data['state'])}"
    yield "  reconciler status; reconciler conflicts; reconciler history"
