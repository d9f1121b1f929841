"""Where a path really leads: the whole chain of links walked by hand, which never ends outside the allowed roots.

The walk and the opening that follows are two steps. The kernel opens the folder below the allowed root it lies in, through
no link at all, so a folder swapped for a link in between is noticed. A kernel that cannot do that opens it without
following a last link, and is asked its real name back; where there is no ``/proc`` only the last part is guarded.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from reconciler.deploy.beneath import opened_beneath
from reconciler.model.names import AbsPath, RelPath
from reconciler.model.results import Kind, Problem

_MOST_LINKS = 40  # what the kernel allows as well
_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHANGED = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EXDEV, errno.EAGAIN)
_NAMED_ONLY = getattr(os, "O_PATH", os.O_RDONLY)


class Refused(Exception):
    """The path cannot be used. Turned into ``Found.problem`` by reading and into ``Stalled`` by writing."""

    def __init__(self, path: str, reason: str, advice: str = "", kind: Kind = "NotAFile") -> None:
        super().__init__(reason)
        self.problem = Problem(file=path, reason=reason, advice=advice, kind=kind)


class Moved(Exception):
    """A folder changed between the walk and the opening; walk again."""


@dataclass(frozen=True)
class Place:
    """A real path: no part of it is a link. ``missing`` are the parts that are not there yet, the file's name included.

    ``top`` is the real folder that it must not leave.
    """

    path: RelPath
    full: str
    mode: int = 0
    missing: tuple[str, ...] = ()
    top: str = "/"

    @property
    def folder(self) -> str:
        return self.full.rpartition("/")[0] or "/"

    @property
    def name(self) -> str:
        return self.full.rpartition("/")[2]

    @property
    def has_folder(self) -> bool:
        return len(self.missing) < 2


def resolve(root: AbsPath, path: RelPath, also_allowed: Sequence[str] = ()) -> Place:
    """The real path behind ``path``. A link that leads to nothing is a file that is absent, and is made where it points."""
    real_root = os.path.realpath(root)
    if path.startswith("/"):
        raise Refused(path, "the path must be relative to its root", kind="LeadsOutside")
    place = _walked(real_root, path)
    top = next((top for top in (real_root, *map(os.path.realpath, also_allowed)) if is_inside(place.full, (top,))), None)
    if top is None:
        advice = f"move the file below {root}, or allow the folder that the link leads to"
        raise Refused(path, f"a link leads out of the allowed folders, to {place.full}", advice, "LeadsOutside")
    return replace(place, top=top)


def is_inside(full: str, roots: Sequence[str]) -> bool:
    return any(full == root or full.startswith(root if root.endswith("/") else root + "/") for root in roots)


def _walked(start: str, path: RelPath) -> Place:
    at, mode, links = start, 0, 0
    missing: list[str] = []
    todo = path.split("/")[::-1]
    while todo:
        part = todo.pop()
        if part in ("", "."):
            continue
        if part == "..":
            at = at.rpartition("/")[0] or "/"
            missing = missing[:-1]
            continue
        at = f"{'' if at == '/' else at}/{part}"
        mode = 0 if missing else _mode(path, at)
        if not mode:
            missing.append(part)
        elif stat.S_ISLNK(mode):
            links += 1
            target = _link(path, at, links)
            at = "/" if target.startswith("/") else at.rpartition("/")[0] or "/"
            todo += target.split("/")[::-1]
    return Place(path, at, mode, tuple(missing))


def _mode(path: RelPath, at: str) -> int:
    try:
        return os.lstat(at).st_mode
    except FileNotFoundError:
        return 0
    except NotADirectoryError:
        raise Refused(path, f"{os.path.dirname(at)} is not a folder", "move it away, so that the folder can be made") from None
    except OSError as error:
        raise refused(path, error) from error


def _link(path: RelPath, at: str, links: int) -> str:
    if links > _MOST_LINKS:
        raise Refused(path, "the links lead in a circle, or through more than 40 links", f"mend the link at {at}")
    try:
        return os.readlink(at)
    except FileNotFoundError:
        raise Moved from None
    except OSError as error:
        raise refused(path, error) from error


def refused(path: str, error: OSError) -> Refused:
    """What the user is told when the system says no."""
    if isinstance(error, PermissionError):
        return Refused(path, f"permission denied: {error.filename}", "give this user the right to it, or remove the client here", "FileAccess")
    return Refused(path, f"{error.strerror or error}: {error.filename}", kind="FileAccess")


@contextmanager
def opened_folder(place: Place, flags: int = _NAMED_ONLY) -> Iterator[int]:
    """The folder of a place, open. Raises ``Moved`` when it is no longer the folder that was walked to."""
    try:
        folder = _opened(place, flags | _FOLDER)
    except OSError as error:
        if error.errno in _CHANGED:
            raise Moved from None
        raise refused(place.path, error) from error
    try:
        yield folder
    finally:
        os.close(folder)


def _opened(place: Place, flags: int) -> int:
    inside = is_inside(place.folder, (place.top,))  # else the place is the top itself, and its folder above it
    folder = opened_beneath(place.top if inside else "/", os.path.relpath(place.folder, place.top if inside else "/"), flags)
    if folder is not None:
        return folder
    folder = os.open(place.folder, flags)
    if _name_of(folder) not in (place.folder, None):
        os.close(folder)
        raise Moved
    return folder


def _name_of(descriptor: int) -> str | None:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return None
