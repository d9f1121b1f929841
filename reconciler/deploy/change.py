"""The change of one file, from the staged temporary file to the last check. Whatever it displaces stays until ``finish``.

``make`` may be undone as long as ``finish`` was not called: the old file itself comes back, with all that belongs to it.
"""

from __future__ import annotations

import errno
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reconciler.deploy.metadata import carry_over
from reconciler.deploy.objects import write_all
from reconciler.deploy.reading import Content, content_at, digest_if_any
from reconciler.deploy.rename import Swap, rename_to_free
from reconciler.deploy.resolve import Moved, Place, Refused
from reconciler.errors import Raced, Stalled
from reconciler.model.names import Digest

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

Keep = Callable[[Content], None]
"""Takes a client's content that nobody else would hold any more."""


class Change(ABC):
    """One file in an open folder. ``old`` is what was read, ``new`` the digest of what shall stand there."""

    def __init__(self, place: Place, folder: int, temp: str, old: Content | None, new: Digest | None, keep: Keep) -> None:
        self.place, self.folder, self.temp, self.old, self.new, self._keep = place, folder, temp, old, new, keep
        self._is_made = False

    @abstractmethod
    def make(self) -> None:
        """Put the new state in place. Raises ``Raced`` when what it replaced was not ``old``; the caller then undoes all."""

    @abstractmethod
    def _put_back(self) -> None: ...

    def undo(self) -> None:
        """Put the old file back while ours stands, and remove the temporary file. What a client wrote since stays."""
        if self._is_made:
            self._put_back()
            self._is_made = False
        self.finish()

    def finish(self) -> None:
        """Remove the temporary file. A client's content in it that is not ``old`` is kept first."""
        try:
            left = self._at(self.temp)
        except (Refused, Moved):
            return  # not a file, so not ours: left where it is
        if left is not None and left.digest not in (self.new, digest_if_any(self.old)):
            self._keep(left)
        try:
            os.unlink(self.temp, dir_fd=self.folder)
        except FileNotFoundError:
            return

    def verify(self) -> None:
        """Raises ``Raced`` when the file is not what we put there."""
        if self._digest_at(self.place.name) != self.new:
            self._raced()

    def stage(self, data: bytes, mode: int) -> None:
        """Write the temporary file, durably; it takes everything but the bytes from the file that it replaces."""
        file = os.open(self.temp, _NEW, 0o600, dir_fd=self.folder)
        try:
            write_all(file, data)
            self._take_metadata(file, mode)
            os.fsync(file)
        finally:
            os.close(file)

    def _take_metadata(self, staged: int, mode: int) -> None:
        if self.old is None:
            os.fchmod(staged, mode)
            return
        source = os.open(self.place.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.folder)
        try:
            carry_over(source, staged, self.place.path)
        finally:
            os.close(source)

    def _insist_on_old(self, name: str) -> None:
        """Same bytes, mode and owner as when we read it."""
        found = self._at(name)
        if found is None or self.old is None or found.digest != self.old.digest or _owner(found) != _owner(self.old):
            self._raced()

    def _at(self, name: str) -> Content | None:
        return content_at(self.folder, name, self.place)

    def _digest_at(self, name: str) -> Digest | None:
        """None when it is absent or something that we did not put there."""
        try:
            found = self._at(name)
        except (Refused, Moved):
            return None
        return digest_if_any(found)

    @contextmanager
    def _named_if_mounted(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            advice = f"mount its folder {self.place.folder} instead"
            reason = "is mounted by itself, as containers do with single files, so nothing can take its place"
            raise Stalled(f"{self.place.path}: {reason}; {advice}", self.place.path, "FileAccess") from error

    def _raced(self) -> None:
        raise Raced(f"{self.place.path}: changed while it was being written; reading it again", after_s=0.0)


class Replacement(Change):
    """One file in the place of another."""

    def __init__(self, place: Place, folder: int, temp: str, old: Content | None, new: Digest | None, keep: Keep, swap: Swap) -> None:
        super().__init__(place, folder, temp, old, new, keep)
        self._swap = swap

    def make(self) -> None:
        self._insist_on_old(self.place.name)
        self._is_made = True  # before the swap: an interrupt right after it must find it to undo
        try:
            with self._named_if_mounted():
                self._swap(self.folder, self.temp, self.place.name)
        except FileNotFoundError:
            self._raced()
        self._insist_on_old(self.temp)

    def _put_back(self) -> None:
        if self._digest_at(self.place.name) != self.new:
            return
        self._swap(self.folder, self.temp, self.place.name)
        if self._digest_at(self.temp) != self.new:  # somebody wrote between the look and the swap: the newest stays
            self._swap(self.folder, self.temp, self.place.name)


class Creation(Change):
    """A file where there was none."""

    def make(self) -> None:
        try:
            rename_to_free(self.folder, self.temp, self.place.name)
        except FileExistsError:
            self._raced()
        self._is_made = True

    def _put_back(self) -> None:
        if self._digest_at(self.place.name) != self.new:
            return
        rename_to_free(self.folder, self.place.name, self.temp)
        if self._digest_at(self.temp) != self.new:
            rename_to_free(self.folder, self.temp, self.place.name)


class Removal(Change):
    """No file where there was one."""

    def make(self) -> None:
        self._insist_on_old(self.place.name)
        with self._named_if_mounted():
            rename_to_free(self.folder, self.place.name, self.temp)
        self._is_made = True
        self._insist_on_old(self.temp)

    def _put_back(self) -> None:
        try:
            rename_to_free(self.folder, self.temp, self.place.name)
        except FileExistsError:
            return  # a newer file stands; ``finish`` keeps what the other one held


def _owner(found: Content) -> tuple[int, int, int]:
    return found.info.st_mode, found.info.st_uid, found.info.st_gid
