"""Reading one file whole, if it is a regular file of sensible size. Never blocks on a pipe or wakes a device."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass

from reconciler.deploy.beneath import opened_straight
from reconciler.deploy.resolve import Moved, Place, Refused, opened_folder, refused
from reconciler.formats.edit import MAX_BYTES
from reconciler.model.names import AbsPath, Digest, RelPath

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_PIECE = 1 << 20


@dataclass(frozen=True)
class Content:
    """What a file holds, and which file it is."""

    data: bytes
    digest: Digest
    info: os.stat_result


def digest_of(data: bytes) -> Digest:
    return Digest(hashlib.sha256(data).hexdigest())


def digest_if_any(found: Content | None) -> Digest | None:
    return None if found is None else found.digest


def straight_content(root: AbsPath, path: RelPath) -> Content | None:
    """What a file holds on whose way is no link at all, so that it is where its name says; None: walk there.

    Two calls of the kernel in the place of two for each folder on the way. Raises ``Refused`` for one that is too large.
    """
    full = f"{root}/{path}"
    if path.startswith("/") or ".." in path or not _is_regular(full):  # a device must not even be opened
        return None
    file = opened_straight(full, _FLAGS)
    if file is None:
        return None
    try:
        return _read(file, Place(path, full))
    finally:
        os.close(file)


def _is_regular(full: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(full).st_mode)
    except OSError:
        return False


def content(place: Place) -> Content | None:
    """What the file holds; None when it is absent. Raises ``Refused``, or ``Moved`` when the way to it changed."""
    if place.missing:
        return None
    _insist_on_a_file(place, place.mode)
    with opened_folder(place) as folder:
        return content_at(folder, place.name, place)


def content_at(folder: int, name: str, place: Place) -> Content | None:
    """What the entry of an open folder holds; None when it is absent. ``place`` is only for what the user is told."""
    try:
        file = os.open(name, _FLAGS, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link has just taken the file's place
            raise Moved from None
        if error.errno == errno.ENXIO:
            raise Refused(place.path, "is a socket, not a file", "move it away") from None
        raise refused(place.path, error) from error
    try:
        return _read(file, place)
    finally:
        os.close(file)


def _read(file: int, place: Place) -> Content:
    info = os.fstat(file)
    _insist_on_a_file(place, info.st_mode)
    try:
        data = _all_of(file, info.st_size)
    except OSError as error:
        raise refused(place.path, error) from error
    if len(data) > MAX_BYTES:
        raise Refused(place.path, f"is larger than {MAX_BYTES:,} bytes", "make the file smaller; it is left alone until then", "InvalidFile")
    return Content(data, digest_of(data), info)


def _all_of(file: int, size: int) -> bytes:
    """The bytes, at most one more than allowed: the size may grow while we read."""
    if size > MAX_BYTES:
        return b"\0" * (MAX_BYTES + 1)
    data = os.read(file, size + 1)
    if len(data) == size:
        return data
    pieces = [data]
    while pieces[-1] and sum(map(len, pieces)) <= MAX_BYTES:
        pieces.append(os.read(file, _PIECE))
    return b"".join(pieces)


def _insist_on_a_file(place: Place, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISLNK, "a link"))
    kind = next((word for is_kind, word in kinds if is_kind(mode)), "a device")
    raise Refused(place.path, f"is {kind}, not a file", "move it away, so that the file can be read and written")
