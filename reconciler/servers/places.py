"""The servers' folders: data, sockets, logs and passwords, all below ``RECONCILER_HOME`` unless a socket's path is too long."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import Stalled
from reconciler.servers.account import Account

_LONGEST_SOCKET = 100
"""Systems allow 104 or 108 bytes."""
_RUN = Path("/run")
_SOCKET = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    """``home`` is closed to all but this user; each server's own folder in it belongs to the servers' account."""

    home: Path
    sockets: Path
    account: Account

    def data(self, server: str) -> Path:
        return self.home / server

    def log(self, server: str) -> Path:
        return self.home / f"{server}.log"

    def record(self, server: str) -> Path:
        """Which process the server is."""
        return self.home / f"{server}.process"

    @property
    def lock(self) -> Path:
        return self.home / "lock"

    def prepare(self) -> None:
        """Make the folders, with nobody's rights on them but those who need them."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.chmod(0o711 if self.account.is_other else 0o700)  # the way from one server's folder to the sockets
        self.private(self.sockets)

    def private(self, folder: Path) -> None:
        """Make a folder that is the account's alone. Raises ``Stalled`` when somebody else made it."""
        try:
            folder.mkdir(mode=0o700)
            self.account.own(folder)
        except FileExistsError:
            found = folder.lstat()
            mine = found.st_uid in (self.account.uid, os.geteuid()) and stat.S_ISDIR(found.st_mode)
            if not mine:
                raise Stalled(f"{folder}: it belongs to somebody else; remove it, and start again") from None
            self.account.own(folder)
        folder.chmod(0o700)

    def password(self, server: str) -> str:
        """The server's password, made once, in a file that only this user can read."""
        path = self.home / f"{server}.password"
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(24))
        path.chmod(0o600)
        return path.read_text().strip()

    def has_password(self, server: str) -> bool:
        return (self.home / f"{server}.password").exists()


def places(home: Path, account: Account, runtime: Path | None) -> Places:
    """The folders for one ``RECONCILER_HOME``; ``runtime`` is the system's folder for this user's sockets, if there is one."""
    sockets = home / "run"
    if len(os.fsencode(sockets / _SOCKET)) > _LONGEST_SOCKET:
        parent = _RUN if account.is_other and os.access(_RUN, os.W_OK) else runtime or Path(tempfile.gettempdir())
        name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        sockets = parent / f"reconciler-{account.uid}-{name}"
    return Places(home, sockets, account)
