"""A notice on the desktop, where there is one: by `notify-send` on Linux, by `osascript` on macOS."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.errors import Retryable
from reconciler.ports.notices import Notice

_TIMEOUT_S = 5.0
_TITLES = {"conflict": "A conflict waits", "held": "A change waits for an approver", "stalled": "It cannot go on", "fight": "Somebody else keeps writing"}
_SCRIPT = "on run given\ndisplay notification (item 2 of given) with title (item 1 of given)\nend run"


@dataclass(frozen=True)
class Desktop:
    """``reconciler.ports.notices.Notices``. What is said goes as arguments, never as part of a script."""

    command: tuple[str, ...]
    environ: Mapping[str, str]

    def send(self, notice: Notice) -> None:
        title = f"reconciler: {_TITLES[notice.kind]}"
        text = f"{notice.target}: {notice.text}"
        try:
            subprocess.run([*self.command, title, text], env=dict(self.environ), check=True, capture_output=True, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.SubprocessError) as error:
            raise Retryable(f"{self.command[0]}: the notice was not shown ({type(error).__name__})", after_s=60.0) from None


def desktop(environ: Mapping[str, str], search_path: str) -> Desktop | None:
    """None where there is no desktop, or no program to reach it."""
    if sys.platform == "darwin":
        found = shutil.which("osascript", path=search_path)
        return Desktop((found, "-e", _SCRIPT), environ) if found else None
    found = shutil.which("notify-send", path=search_path)
    has_session = any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")) and bool(environ.get("DBUS_SESSION_BUS_ADDRESS") or environ.get("XDG_RUNTIME_DIR"))
    return Desktop((found, "--app-name=reconciler", "--"), environ) if found and has_session else None
