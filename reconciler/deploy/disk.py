"""The files of clients on this machine: the one door through which they are read and written.

Knows no client and no format. The rules for writing are in ``applying`` and ``change``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from reconciler.deploy.applying import Applying, Planned, explained, keep, planned, without_doubles
from reconciler.deploy.backups import KEEP_COUNT, KEEP_S, Backups
from reconciler.deploy.client_lock import client_locks
from reconciler.deploy.nested import nested
from reconciler.deploy.open_files import is_open_for_writing
from reconciler.deploy.reading import content, straight_content
from reconciler.deploy.recovery import tidy
from reconciler.deploy.rename import Swap, swap
from reconciler.deploy.resolve import Moved, Place, Refused, opened_folder, refused, resolve
from reconciler.errors import Retryable
from reconciler.model.names import AbsPath, Digest, RelPath, TargetId
from reconciler.model.results import Problem
from reconciler.ports import Backup, Clock, Found, Write

_WALKS = 5


class LocalDisk:
    """Real files. ``also_allowed`` are folders outside a target's root that its links may lead to (a dotfiles folder)."""

    def __init__(self, backup_dir: str | os.PathLike[str], clock: Clock, also_allowed: Sequence[AbsPath] = (), swap: Swap = swap) -> None:
        self._backups = Backups(os.fspath(backup_dir))
        self._clock, self._also_allowed, self._swap = clock, tuple(also_allowed), swap
        self._tidied: dict[TargetId, object] = {}

    def look(self, root: AbsPath, path: RelPath) -> Found:
        """What is there now, following links inside the allowed folders."""
        for _ in range(_WALKS):
            try:
                found = straight_content(root, path) or content(resolve(root, path, self._also_allowed))
            except Moved:
                continue
            except Refused as why:
                return Found(path, problem=why.problem)
            return Found(path) if found is None else Found(path, found.data, found.digest)
        return Found(path, problem=_unsteady(path))

    def leads_to(self, root: AbsPath, path: RelPath) -> AbsPath | None:
        """The real path behind a path; None where it leads out of the allowed folders, or in a circle."""
        try:
            return AbsPath(resolve(root, path, self._also_allowed).full)
        except (Moved, Refused):
            return None

    def is_being_written(self, root: AbsPath, path: RelPath) -> bool:
        """True while another program has the file open for writing and wrote a moment ago; False where nobody can tell."""
        try:
            place = resolve(root, path, self._also_allowed)
            if place.missing:
                return False
            with opened_folder(place) as folder:
                return is_open_for_writing(folder, place.name, self._clock.now())
        except (Moved, Refused, OSError):
            return False

    def names(self, root: AbsPath, folder: RelPath, suffix: str) -> list[str] | None:
        """All names of a folder: ``look`` says of each whether it is a file. One that cannot be read counts as absent, never as empty."""
        try:
            return self._listed(root, folder, suffix)
        except (Moved, Refused, OSError):
            return None

    def unlisted(self, root: AbsPath, folder: RelPath) -> Problem | None:
        """Why something that is there cannot be listed."""
        try:
            self._listed(root, folder, "")
        except Moved:
            return _unsteady(folder)
        except Refused as why:
            return why.problem
        except OSError as error:
            return refused(folder, error).problem
        return None

    def _listed(self, root: AbsPath, folder: RelPath, suffix: str) -> list[str] | None:
        place = resolve(root, folder, self._also_allowed)
        if place.missing:
            return None
        if not stat.S_ISDIR(place.mode or stat.S_IFDIR):  # the root itself has no mode
            raise Refused(folder, "is no folder", "move it away, so that the folder can be made and read")
        with opened_folder(Place(folder, f"{place.full}/x"), os.O_RDONLY) as opened, os.scandir(opened) as entries:
            return sorted(entry.name for entry in entries if _is_named(entry, suffix))

    def nested(self, root: AbsPath, name: RelPath) -> list[RelPath]:
        """Files of a name in the folders below the root."""
        return nested(root, name)

    def recover(self, target: TargetId) -> None:
        """Nothing to do, and nothing read, unless somebody wrote to the journal since this object looked."""
        mark = self._backups.journal(target).mark()
        if mark is None or self._tidied.get(target) == mark:
            return
        with suppress(Retryable), explained(target), self._backups.locked(target):  # who holds the lock looks for itself
            self._tidy(target)

    def apply(self, target: TargetId, root: AbsPath, writes: Sequence[Write]) -> None:
        """Write all files or none. Files that already hold what is wanted are not touched."""
        with explained(root), self._backups.locked(target):
            self._tidy(target)
            now = self._clock.now()
            plans = [plan for write in writes if (plan := planned(write, self._place(root, write), now)) is not None]
            if plans:
                with client_locks(self._locks(root, plans)):
                    Applying(target, without_doubles(plans), self._backups, self._swap, self._clock).run()
                self._note_tidied(target, plans)

    def backups(self, target: TargetId) -> list[Backup]:
        """Earlier contents of the target's files, newest first."""
        return self._backups.listed(target)

    def backup_data(self, digest: Digest) -> bytes:
        """The bytes of a backup. Raises ``Stalled`` when it is past its retention."""
        return self._backups.objects.get(digest)

    def has_left_over(self) -> bool:
        """Whether a temporary file is still there that could not be removed: the next pass tries again."""
        return self._backups.has_left_over()

    def forget_old(self, now: float, keep_s: float = KEEP_S, keep_count: int = KEEP_COUNT) -> int:
        """Remove backups older than ``keep_s``, but never the newest ``keep_count`` of a file; the number of contents removed."""
        return self._backups.forget_old(now, keep_s, keep_count)

    def _locks(self, root: AbsPath, plans: Sequence[Planned]) -> list[Place]:
        return [resolve(root, plan.write.lock, self._also_allowed) for plan in plans if plan.write.lock is not None]

    def _place(self, root: AbsPath, write: Write) -> Place:
        if not os.path.isdir(root):
            raise Refused(write.path, f"its root {root} is not there", "make the folder, or remove the client here", "FileAccess")
        return resolve(root, write.path, self._also_allowed)

    def _tidy(self, target: TargetId) -> None:
        """After a killed run only: the journal has lines that this object did not write."""
        journal = self._backups.journal(target)
        mark = journal.mark()
        if mark is None or self._tidied.get(target) == mark:
            return
        left = [entry for entry in journal.entries() if entry.state == "staged"]
        settled = tidy(left, self._swap, partial(keep, self._backups, target, self._clock.now()))
        if settled:
            self._backups.settle(target, settled, "done")
        if len(settled) == len(left):  # else it is looked at again in the next pass
            self._tidied[target] = journal.mark()

    def _note_tidied(self, target: TargetId, plans: Sequence[Planned]) -> None:
        """What a run wrote and settled needs no look; what it, or an earlier one, left behind does."""
        if target in self._tidied and not any(plan.entry.is_left() for plan in plans):
            self._tidied[target] = self._backups.journal(target).mark()


def _unsteady(path: RelPath) -> Problem:
    return Problem(path, "its folder keeps changing", advice="it is looked at again in the next pass", kind="FileAccess")


def _is_named(entry: os.DirEntry[str], suffix: str) -> bool:
    """A name whose bytes are no text cannot name a rule."""
    return entry.name.endswith(suffix) and entry.name.encode("utf-8", "replace") == os.fsencode(entry.name)
