"""The built files of the dashboard, which come with an installation. Reads them; builds nothing."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def dashboard_files() -> dict[str, bytes]:
    """Every file by its path with ``/``: from the installed package, else from the source tree; empty where it was not built."""
    for root in (_PACKAGE / "dashboard", _PACKAGE.parent / "frontend" / "dist"):
        if (root / "index.html").is_file():
            return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    return {}
