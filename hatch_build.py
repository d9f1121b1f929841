"""Puts the built dashboard into the wheel, and builds it where it is missing. An editable installation reads it from the source tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Dashboard(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        dist = Path(self.root) / "frontend" / "dist"
        if not (dist / "index.html").is_file():
            subprocess.run([sys.executable, str(Path(self.root) / "scripts" / "frontend.py"), "build"], check=True)
        build_data["force_include"][str(dist)] = "reconciler/dashboard"
