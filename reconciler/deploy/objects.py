"""Earlier contents of files, by their digest: each kept once, durable when the call returns, for this user alone."""

from __future__ import annotations

import os
from collections.abc import Set

from reconciler.deploy.reading import digest_of
from reconciler.errors import Stalled
from reconciler.fault_points import fault_point
from reconciler.model.names import Digest

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Objects:
    def __init__(self, folder: str) -> None:
        self._folder = folder

    def put(self, data: bytes, digest: Digest) -> None:
        """Keep the bytes. Costs nothing when they are there."""
        path = self._path(digest)
        if os.path.exists(path):
            return
        folder = os.path.dirname(path)
        make_durable_folder(folder)
        temp = f"{folder}/.{os.urandom(8).hex()}"
        write_durably(os.open(temp, _NEW, 0o600), data)
        fault_point("backup.staged")
        os.rename(temp, path)
        sync_folder(folder)

    def get(self, digest: Digest) -> bytes:
        """The bytes. Raises ``Stalled`` when they are gone or damaged."""
        try:
            with open(self._path(digest), "rb") as file:
                data = file.read()
        except FileNotFoundError:
            raise Stalled(f"backup {digest[:12]} is past its retention; choose a later one") from None
        if digest_of(data) != digest:
            raise Stalled(f"backup {digest[:12]} is damaged: {self._path(digest)}; choose another one")
        return data

    def forget_others(self, kept: Set[str]) -> int:
        """Remove what is not in ``kept``, and what a killed run left half written; the number removed."""
        removed = 0
        for folder, _, names in os.walk(self._folder):
            for name in names:
                if os.path.basename(folder) + name not in kept:
                    os.unlink(f"{folder}/{name}")
                    removed += 1
        return removed

    def _path(self, digest: Digest) -> str:
        if len(digest) != 64 or not digest.isalnum():
            raise Stalled(f"{digest!r} is no digest: 64 hex digits are expected")
        return f"{self._folder}/{digest[:2]}/{digest[2:]}"


def write_durably(file: int, data: bytes) -> None:
    """Write all bytes, flush them to the disk and close the file."""
    try:
        write_all(file, data)
        os.fsync(file)
    finally:
        os.close(file)


def write_all(file: int, data: bytes) -> None:
    """A write may take only a part of what it is given; the rest is given again."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def make_durable_folder(folder: str) -> None:
    """Make the folder and its parents for this user alone."""
    if os.path.isdir(folder):
        return
    parent = os.path.dirname(folder)
    make_durable_folder(parent)
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        return  # another thread was first
    sync_folder(parent)


def sync_folder(folder: str) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
