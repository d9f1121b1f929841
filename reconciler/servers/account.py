"""Whose processes the servers are. PostgreSQL refuses to run as root, so root gives them to a user without rights."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.errors import Stalled

_USUAL = "nobody"
_OWN_FOLDER = Path("/proc/self/cwd")


@dataclass(frozen=True)
class Account:
    """``is_other`` when the servers' user is not this process's own."""

    uid: int
    gid: int
    is_other: bool

    def spawning(self) -> dict[str, Any]:
        """What makes ``Popen`` start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    @property
    def has_name(self) -> bool:
        """False for a number that the system has no user for, as some containers give."""
        try:
            pwd.getpwuid(self.uid)
        except KeyError:
            return False
        return True

    def own(self, path: Path) -> None:
        """Make a path this user's own."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def seen(self, folder: Path) -> Path:
        """The name by which a process of this user, started in ``folder``, knows it.

        Our own folders are closed to everybody else, and stay so: the other user is put into the one folder that is
        its own, and reaches it by this link, which needs no right on the folders above.
        """
        return _OWN_FOLDER if self.is_other else folder


def account(name: str = "") -> Account:
    """This user; for root the user ``name``. Raises ``Stalled`` when that cannot be."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    try:
        found = pwd.getpwnam(name or _USUAL)
    except KeyError:
        raise Stalled(f"{name or _USUAL}: there is no such user to run PostgreSQL as; {_advice()}") from None
    if found.pw_uid == 0:
        raise Stalled(f"{found.pw_name}: PostgreSQL refuses to run as root; {_advice()}")
    if not _OWN_FOLDER.exists():
        raise Stalled(f"on this system the servers cannot be started by root; run as a user of your own, or {_advice()}")
    return Account(found.pw_uid, found.pw_gid, is_other=True)


def _advice() -> str:
    return "set RECONCILER_SERVERS_USER to a user without rights, or RECONCILER_DATABASE_URL to a server of your own"
