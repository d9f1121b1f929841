"""Writing the files of one target, all or none: plan, back up, journal, stage, make, verify, finish.

A run that is killed leaves each single file whole, old or new; the next run tidies up before it writes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from reconciler.deploy.backups import Backups
from reconciler.deploy.change import Change, Creation, Removal, Replacement
from reconciler.deploy.journal import Entry, State
from reconciler.deploy.objects import sync_folder
from reconciler.deploy.reading import Content, content, digest_if_any, digest_of
from reconciler.deploy.rename import Swap
from reconciler.deploy.resolve import Moved, Place, Refused, opened_folder
from reconciler.errors import Raced, Stalled
from reconciler.fault_points import fault_point
from reconciler.model.names import RelPath, TargetId
from reconciler.ports import Clock, Write

_LONGEST_NAME = 200  # of 255 bytes: the temporary name is longer


@dataclass(frozen=True)
class Planned:
    """A write with the place that it really goes to and what stands there."""

    write: Write
    place: Place
    old: Content | None
    entry: Entry


def planned(write: Write, place: Place, now: float) -> Planned | None:
    """The write, or None when the file is already as wanted. Raises ``Raced`` or ``Stalled`` when it must not be written."""
    old = content(place)
    was = digest_if_any(old)
    if was != write.expected:
        raise Raced(f"{write.path}: changed since it was read; reading it again", after_s=0.0)
    new = None if write.data is None else digest_of(write.data)
    if was == new:
        return None
    _insist_on_writable(place, old)
    temp = f".{_shortened(place.name)}.reconciler-{os.urandom(6).hex()}"
    return Planned(write, place, old, Entry("staged", now, write.path, was, new, place.full, temp))


def _shortened(name: str) -> str:
    return os.fsencode(name)[:_LONGEST_NAME].decode("utf-8", "ignore")


def _insist_on_writable(place: Place, old: Content | None) -> None:
    """What this user may not write is not replaced either, though renaming over it would work: who made it read-only meant it."""
    if old is not None and not _may_write(place.full):
        raise Stalled(f"{place.path}: is read-only ({place.full}); allow writing with: chmod u+w {place.full}", place.path, "FileAccess")
    if old is not None and old.info.st_nlink > 1:
        advice = "use a symbolic link, or make it a file of its own by copying it and renaming the copy onto it"
        raise Stalled(f"{place.path}: has {old.info.st_nlink} names (hard links), and writing would part them; {advice}", place.path, "FileAccess")
    if place.has_folder and not _may_write(place.folder):
        raise Stalled(f"{place.path}: its folder is read-only; allow writing with: chmod u+w {place.folder}", place.path, "FileAccess")


def _may_write(full: str) -> bool:
    return os.access(full, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def without_doubles(plans: Sequence[Planned]) -> list[Planned]:
    """Two paths that lead to one file are written once. Raises ``Stalled`` when they want different content."""
    by_file: dict[str, Planned] = {}
    for plan in plans:
        first = by_file.setdefault(plan.place.full, plan)
        if first.entry.new != plan.entry.new:
            raise Stalled(f"{first.write.path} and {plan.write.path} are one file, but differ; give both the same content, or part them")
    return list(by_file.values())


class Applying:
    """One ``apply`` of one target, under its lock."""

    def __init__(self, target: TargetId, plans: Sequence[Planned], backups: Backups, swap: Swap, clock: Clock) -> None:
        self._target, self._plans, self._backups, self._swap, self._clock = target, plans, backups, swap, clock
        self._made: list[str] = []
        self._state: State = "undone"

    def run(self) -> None:
        entries = [plan.entry for plan in self._plans]
        for plan in self._plans:
            if plan.old is not None:
                self._backups.objects.put(plan.old.data, plan.old.digest)
            if plan.write.data is not None and plan.entry.new is not None:  # what it takes to tell ours from the client's later
                self._backups.objects.put(plan.write.data, plan.entry.new)
        fault_point("write.backed-up")
        self._backups.journal(self._target).append(entries)
        fault_point("write.noted")
        try:
            with ExitStack() as open_folders:
                self._write_all(open_folders)
        finally:
            with suppress(OSError):  # the disk is full: the next run finds the lines unsettled and looks for itself
                self._backups.settle(self._target, [entry for entry in entries if not entry.is_left()], self._state)

    def _write_all(self, open_folders: ExitStack) -> None:
        changes: list[Change] = []
        try:
            for plan in self._plans:
                changes.append(self._staged(plan, open_folders, changes))
            for change in changes:
                fault_point("write.staged")
                change.make()
                fault_point("write.exchanged")
            for change in changes:
                change.verify()
            fault_point("write.verified")
        except BaseException:
            self._undo(changes)
            raise
        self._state = "done"
        for change in changes:
            with suppress(OSError):  # it is written all the same; its line stays unsettled, and the next pass tidies up
                change.finish()
        fault_point("write.finished")
        _flush(changes)

    def _staged(self, plan: Planned, open_folders: ExitStack, changes: list[Change]) -> Change:
        self._make_folders(plan.place)
        folder = open_folders.enter_context(opened_folder(plan.place, os.O_RDONLY))
        change = self._change(plan, folder)
        if plan.write.data is not None:
            try:
                change.stage(plan.write.data, plan.write.mode)
            except BaseException:
                change.undo()
                raise
        return change

    def _change(self, plan: Planned, folder: int) -> Change:
        keep = partial(self._keep, plan.entry)
        place, temp, new = plan.place, plan.entry.temp, plan.entry.new
        if new is None:
            return Removal(place, folder, temp, plan.old, new, keep)
        if plan.old is None:
            return Creation(place, folder, temp, None, new, keep)
        return Replacement(place, folder, temp, plan.old, new, keep, self._swap)

    def _make_folders(self, place: Place) -> None:
        """Parents that are missing, for this user alone."""
        at = place.full
        for _ in place.missing:
            at = os.path.dirname(at)
        for part in place.missing[:-1]:
            parent, at = at, f"{at}/{part}"
            with suppress(FileExistsError):
                os.mkdir(at, 0o700)
                self._made.append(at)
                sync_folder(parent)

    def _undo(self, changes: Sequence[Change]) -> None:
        """Every change is tried, whatever happens to the others."""
        failed = []
        for change in reversed(changes):
            try:
                change.undo()
            except OSError as error:
                failed.append(f"{change.place.full} ({error.strerror})")
        for folder in reversed(self._made):
            with suppress(OSError):  # somebody has put something into it
                os.rmdir(folder)
        if failed:
            raise Stalled(f"could not be put back: {', '.join(failed)}; the earlier content is in the backups")
        _flush(changes)

    def _keep(self, entry: Entry, found: Content) -> None:
        keep(self._backups, self._target, self._clock.now(), entry, found)


def keep(backups: Backups, target: TargetId, now: float, entry: Entry, found: Content) -> None:
    """Back up a client's content that would be lost otherwise."""
    backups.objects.put(found.data, found.digest)
    backups.journal(target).append([Entry("kept", now, entry.path, found.digest)])


def _flush(changes: Sequence[Change]) -> None:
    for folder in {change.place.folder: change.folder for change in changes}.values():
        os.fsync(folder)


@contextmanager
def explained(path: RelPath | str) -> Iterator[None]:
    """Says in our errors what the system said."""
    try:
        yield
    except Moved:
        raise Raced(f"{path}: a folder or link on the way to it changed; reading it again", after_s=0.0) from None
    except Refused as error:
        advice = f"; {error.problem.advice}" if error.problem.advice else ""
        raise Stalled(f"{error.problem.file}: {error.problem.reason}{advice}", kind=error.problem.kind) from error
    except OSError as error:
        raise Stalled(f"{path}: cannot be written: {error.strerror or error}; free space, or give this user the right to it", kind="FileAccess") from error
