"""Which directories to watch for a set of paths, and which names in them mean which path.

Every link on the way to a file is a place where a change may happen, and so is its real end. A path whose folder is not
there yet is watched from the nearest folder that is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field

from reconciler.model.names import AbsPath

_MOST_LINKS = 40

Identity = tuple[int, int]
"""Device and inode of a directory."""


@dataclass
class Layout:
    """``names``: by real directory and entry, the paths that depend on it; also of directories that are not watched themselves."""

    folders: dict[str, Identity] = field(default_factory=dict)
    names: dict[str, dict[str, set[AbsPath]]] = field(default_factory=dict)
    endings: dict[str, dict[str, AbsPath]] = field(default_factory=dict)
    structural: set[tuple[str, str]] = field(default_factory=set)
    """Entries that are a link or a directory on the way, or absent: when they change, other directories must be watched."""

    def paths(self, folder: str, name: str) -> set[AbsPath]:
        """The registered paths that an event on this entry may have changed."""
        found = set(self.names.get(folder, {}).get(name, ()))
        for ending, path in self.endings.get(folder, {}).items():
            if name.endswith(ending):
                found.add(AbsPath(f"{path}/{name}"))
        return found

    def below(self, folder: str) -> set[AbsPath]:
        """All registered paths that depend on a directory."""
        paths = set().union(*self.names.get(folder, {}).values())
        return paths | set(self.endings.get(folder, {}).values())


def layout(files: Iterable[AbsPath], folders: Iterable[tuple[AbsPath, str]]) -> Layout:
    """What has to be watched now. Costs one ``lstat`` for each part of each path."""
    made = Layout()
    for file in files:
        _follow(made, file, file)
    for folder, ending in folders:
        real = _follow(made, folder, folder)
        if real is not None and _watch(made, real):
            made.endings.setdefault(real, {})[ending] = folder
            _follow_links_in(made, real, folder, ending)
    return made


def _follow_links_in(made: Layout, real: str, folder: AbsPath, ending: str) -> None:
    try:
        with os.scandir(real) as entries:
            links = [entry.name for entry in entries if entry.name.endswith(ending) and entry.is_symlink()]
    except OSError:
        return
    for name in links:
        _follow(made, f"{real}/{name}", AbsPath(f"{folder}/{name}"))


def _follow(made: Layout, start: str, path: AbsPath) -> str | None:
    """Note every entry on the way from ``start`` to its real end; returns that end, or None when something is missing."""
    at, links = "", 0
    todo = start.split("/")[::-1]
    while todo:
        part = todo.pop()
        if part in ("", "."):
            continue
        if part == "..":
            at = at.rpartition("/")[0]
            continue
        folder, at = at or "/", f"{at}/{part}"
        made.names.setdefault(folder, {}).setdefault(part, set()).add(path)
        mode = _mode(at)
        if not stat.S_ISREG(mode):
            made.structural.add((folder, part))
        if not stat.S_ISDIR(mode):
            _watch(made, folder)
        if stat.S_ISLNK(mode):
            links += 1
            target = _link(at)
            at = "" if target.startswith("/") else at.rpartition("/")[0]
            todo += target.split("/")[::-1]
        elif not mode or links > _MOST_LINKS:
            return None
    return at or "/"


def _watch(made: Layout, folder: str) -> bool:
    if folder not in made.folders:
        try:
            info = os.stat(folder)
        except OSError:
            return False
        if not stat.S_ISDIR(info.st_mode):
            return False
        made.folders[folder] = (info.st_dev, info.st_ino)
    return True


def _mode(path: str) -> int:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return 0


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return "."
