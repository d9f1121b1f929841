"""Writes the objects of a commit together: all of them durable before one is in its place, all in place before a reference names them.

libgit2 writes one after the other, and waits for the disk twice for each.
"""

from __future__ import annotations

import os
import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from reconciler.fault_points import fault_point
from reconciler.ports.together import Together, Work
from reconciler.store.locks import sync_folder

_LEVEL = 1  # as git itself writes what it will pack later
_MODE = 0o444


def write_objects(root: Path, objects: Mapping[str, bytes], together: Together) -> None:
    """Write framed objects by their ids into the repository, in their order; durable when it returns.

    One that is there counts as new again, so that nobody takes it away as unused. Broken off, by an error or a kill, it
    leaves whole objects that nothing names, and files that ``git gc`` removes.
    """
    places = {name: f"{root}/objects/{name[:2]}/{name[2:]}" for name in objects}
    missing = [name for name, place in places.items() if not _is_marked(place)]
    staged = {name: f"{root}/objects/tmp_obj_{secrets.token_hex(8)}" for name in missing}
    try:
        _stage([(staged[name], objects[name]) for name in missing], together)
        fault_point("commit.staged")
        made = [folder for name in missing if (folder := _put(staged[name], places[name]))]
    except OSError:
        for path in staged.values():
            with suppress(OSError):
                os.unlink(path)
        raise
    fault_point("commit.placed")
    _sync_folders({os.path.dirname(place) for place in places.values()} | set(made), together)


def _is_marked(place: str) -> bool:
    """Whether an object is there; ``git gc`` then takes it for one that is in use."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    except PermissionError:  # another user's
        return os.path.exists(place)
    return True


def _stage(files: Sequence[tuple[str, bytes]], together: Together) -> None:
    opened: list[int] = []
    try:
        for path, data in files:
            opened.append(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE))
            _write(opened[-1], zlib.compress(data, _LEVEL))
        _all([partial(os.fsync, fd) for fd in opened], together)
    finally:
        for fd in opened:
            os.close(fd)


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _put(staged: str, place: str) -> str:
    """Move it into its place; the folder whose names changed for that beside the object's own, or none."""
    try:
        os.rename(staged, place)
        return ""
    except FileNotFoundError:
        folder = os.path.dirname(place)
        with suppress(FileExistsError):
            os.mkdir(folder)
        os.rename(staged, place)
        return os.path.dirname(folder)


def _sync_folders(folders: Iterable[str], together: Together) -> None:
    _all([partial(sync_folder, Path(folder)) for folder in sorted(folders)], together)


def _all(flushes: Sequence[Work], together: Together) -> None:
    """A busy disk takes as long for many flushes that are asked for at once as for one; for one no other thread is woken."""
    if len(flushes) == 1:
        flushes[0]()
    else:
        together(flushes)
