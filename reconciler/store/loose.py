"""Writes the objects of a commit together: all of them durable before one is in its place, all in place before a reference names them.

libgit2 writes one after the other, and waits for the disk twice for each.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from reconciler.fault_points import fault_point
from reconciler.store.locks import sync_folder
from reconciler.store.staging import Flushes, discard, stage, staging_path

_LEVEL = 1  # as git itself writes what it will pack later
_MODE = 0o444


def write_objects(root: Path, objects: Mapping[str, bytes], flushes: Flushes, beside: Sequence[tuple[str, bytes, int]] = ()) -> None:
    """Write framed objects by their ids into the repository, in their order, and stage the files that are asked for ``beside`` them.

    Any reference that names them later is durable after them. One that is there counts as new again, so that nobody takes
    it away as unused. Broken off, by an error or a kill, it leaves whole objects that nothing names, and files that
    ``git gc`` removes.
    """
    places = {name: f"{root}/objects/{name[:2]}/{name[2:]}" for name in objects}
    staged = {name: staging_path(root) for name in objects if not _is_marked(places[name])}
    try:
        stage([*((path, zlib.compress(objects[name], _LEVEL), _MODE) for name, path in staged.items()), *beside], flushes)
        fault_point("commit.staged")
        made = {folder for name, path in staged.items() if (folder := _put(path, places[name]))}
        fault_point("commit.placed")
        if not flushes.keeps_order:
            folders = made | {os.path.dirname(place) for place in places.values()}
            flushes([partial(sync_folder, Path(folder)) for folder in sorted(folders)])
    except OSError:
        for path in [*staged.values(), *(path for path, _, _ in beside)]:
            discard(path)
        raise


def _is_marked(place: str) -> bool:
    """Whether an object is there; ``git gc`` then takes it for one that is in use."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    except PermissionError:  # another user's
        return os.path.exists(place)
    return True


def _put(staged: str, place: str) -> str:
    """Move it into its place; the folder whose names changed for that beside the object's own, or none."""
    folder = os.path.dirname(place)
    is_new = _made(folder)  # not only once a move has failed: an object's calls must not depend on its id, for who breaks them off one by one
    try:
        os.rename(staged, place)
    except FileNotFoundError:  # ``git gc`` took the empty folder away in between
        is_new = _made(folder)
        os.rename(staged, place)
    return os.path.dirname(folder) if is_new else ""


def _made(folder: str) -> bool:
    try:
        os.mkdir(folder)
    except FileExistsError:
        return False
    return True
