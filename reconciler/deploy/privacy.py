"""Files and folders of this user made readable for this user alone. Only ever takes rights away."""

from __future__ import annotations

import stat
from pathlib import Path

from reconciler.errors import Stalled

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_open(path: Path) -> bool:
    """True when other users of the machine can read it."""
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def make_private(path: Path) -> None:
    """Take every right of others away; a link stays one, and what it leads to is made private."""
    try:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)
    except PermissionError as error:
        raise Stalled(f"{path}: its mode cannot be changed; its owner can, by chmod 600") from error
