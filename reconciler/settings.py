"""Where things are on this machine, from the environment. The only place that reads it."""

from __future__ import annotations

import getpass
import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import Stalled

_NOT_IN_NAME = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True)
class Settings:
    """``state`` is ``RECONCILER_HOME``: repository, vault, backups, memory. ``home`` is where clients are found."""

    home: Path
    state: Path
    person: str
    search_path: str
    environ: Mapping[str, str]

    @property
    def repository(self) -> Path:
        return self.state / "repository.git"

    @property
    def backups(self) -> Path:
        return self.state / "backups"

    @property
    def memory(self) -> Path:
        return self.state / "memory"

    @property
    def vault(self) -> Path:
        return self.state / "vault"

    @property
    def checks(self) -> Path:
        return self.state / "checks"

    @property
    def lock(self) -> Path:
        return self.state / "lock"

    def machine(self) -> str:
        """The machine's name: chosen once, from its host name, and kept from then on."""
        kept = self.state / "machine"
        return kept.read_text().strip() if kept.exists() else _slug(socket.gethostname())


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Settings of this process. Raises ``Stalled`` when there is no home folder to look in."""
    home = Path(environ.get("HOME") or Path.home())
    if not home.is_dir():
        raise Stalled(f"{home}: the home folder is not there; set HOME")
    state = Path(environ["RECONCILER_HOME"]) if environ.get("RECONCILER_HOME") else data_folder(environ, home)
    return Settings(home.absolute(), state.absolute(), _person(), environ.get("PATH", os.defpath), environ)


def data_folder(environ: Mapping[str, str], home: Path) -> Path:
    """The platform's folder for a program's data."""
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "reconciler"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "reconciler"


def _person() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def _slug(name: str) -> str:
    return _NOT_IN_NAME.sub("-", name.split(".")[0].lower()).strip("-")[:40] or "machine"
