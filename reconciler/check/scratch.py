"""A private home that lasts for one question. Never a link to anything of the person's, except the interpreter."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from reconciler.model.names import RelPath

_PREFIX = "asking-"


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder that only this user can enter, removed afterwards; it may hold secrets while it lasts."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_leftovers(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(home: Path, files: Mapping[RelPath, bytes]) -> None:
    """Write the files below ``home``, readable by this user alone."""
    for path, data in files.items():
        file = home / path
        if not file.resolve().is_relative_to(home):
            raise ValueError(f"{path} is not below the scratch home")
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)


def _remove_leftovers(parent: Path) -> None:
    """Folders of processes that were killed: they may hold secrets."""
    for folder in parent.glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).split("-")[0]
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
