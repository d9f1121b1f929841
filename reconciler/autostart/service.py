"""Puts the unit where this system looks for it, and tells the system. Nothing outside of the user's own folders is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.autostart.units import LABEL, NAME, launchd_agent, systemd_unit
from reconciler.errors import Stalled

_ANSWERS_S = 30.0
_OF_THE_API = ("RECONCILER_API_HOST", "RECONCILER_API_HOSTS", "RECONCILER_TLS_CERT", "RECONCILER_TLS_KEY")
_OBSERVED = ("RECONCILER_LOG_FORMAT", "RECONCILER_LOKI_URL", "RECONCILER_LOKI_TENANT", "RECONCILER_SENTRY_DSN")
_TOLD = ("RECONCILER_NOTIFY_URL", "RECONCILER_NOTIFY_DESKTOP")
_SERVERS = ("RECONCILER_DATABASE_URL", "RECONCILER_REDIS_URL", "RECONCILER_SERVERS_USER")
_REMOTE = ("RECONCILER_GIT_REMOTE", "RECONCILER_GIT_TIMEOUT_S", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy")
_PLACES = ("RECONCILER_HOME", "XDG_DATA_HOME", "PATH")
_CARRIED = (*_PLACES, *_SERVERS, *_REMOTE, *_OF_THE_API, *_OBSERVED, *_TOLD)
"""What a login gives to programs is little: the rest must be in the file, but for addresses that hold a password."""
_SECRET = ("RECONCILER_WEBHOOK_SECRET", "RECONCILER_NOTIFY_SECRET")


@dataclass(frozen=True)
class AutoStart:
    """``is_launchd`` on macOS. ``command`` is the whole one, with the full name of the program."""

    home: Path
    state: Path
    environ: Mapping[str, str]
    command: Sequence[str]
    is_launchd: bool = sys.platform == "darwin"

    @property
    def path(self) -> Path:
        if self.is_launchd:
            return self.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        config = Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")
        return config / "systemd" / "user" / f"{NAME}.service"

    @property
    def left_out(self) -> list[str]:
        """Variables that hold a password or are one: no password is written into a file of another program."""
        addresses = [name for name in _CARRIED if "://" in self.environ.get(name, "") and _has_password(self.environ[name])]
        return [*addresses, *(name for name in _SECRET if self.environ.get(name))]

    def text(self) -> bytes:
        carried = {name: self.environ[name] for name in _CARRIED if self.environ.get(name) and name not in self.left_out}
        if self.is_launchd:
            return launchd_agent(self.command, carried, self.state / "up.log")
        return systemd_unit(self.command, carried).encode()

    def install(self) -> str:
        """Write the file and start it; what remains to be done by hand, empty when nothing does."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f".{self.path.name}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(self.text())
        fresh.replace(self.path)
        return self._told(*self._starting())

    def remove(self) -> str:
        """Stop it and take the file away. Raises ``Stalled`` when there is none."""
        if not self.path.exists():
            raise Stalled(f"{self.path}: there is no such file, so nothing starts at login; `reconciler service install` makes it")
        left = self._told(*self._ending())
        self.path.unlink()
        if not self.is_launchd:
            self._told(["systemctl", "--user", "daemon-reload"])
        return left

    def _starting(self) -> list[list[str]]:
        if self.is_launchd:
            return [["launchctl", "unload", str(self.path)], ["launchctl", "load", "-w", str(self.path)]]
        return [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", "--now", f"{NAME}.service"]]

    def _ending(self) -> list[list[str]]:
        if self.is_launchd:
            return [["launchctl", "unload", "-w", str(self.path)]]
        return [["systemctl", "--user", "disable", "--now", f"{NAME}.service"]]

    def _told(self, *commands: list[str]) -> str:
        """The last command counts; it is what a person can give where this process cannot."""
        has_worked = [self._run(command) for command in commands][-1]
        return "" if has_worked else " ".join(commands[-1])

    def _run(self, command: list[str]) -> bool:
        program = shutil.which(command[0], path=self.environ.get("PATH", os.defpath))
        if program is None:
            return False
        try:
            done = subprocess.run([program, *command[1:]], env=dict(self.environ), capture_output=True, timeout=_ANSWERS_S, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def _has_password(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return bool(parts.password) or "password=" in parts.query
