"""`restore`: put back what a target's files held before our writes, on the spans that we own and only there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.errors import Stalled
from reconciler.mapping.documents import lock_of
from reconciler.model.names import Digest, EntityId, RelPath
from reconciler.ports import Backup, Disk, Found, Write
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile.observe import Seen, look
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target
from reconciler.reconcile.undoing import Step, Undoing


@dataclass(frozen=True)
class Restored:
    """``kept`` are entities that the client changed since our write: they stay as they are."""

    written: tuple[RelPath, ...]
    changed: tuple[EntityId, ...]
    kept: tuple[EntityId, ...]


def restore(engine: Reconciler, target: Target, at: float | None, whole_file: bool) -> Restored:
    """Bring a target back to what it held at ``at`` (None: before our last write)."""
    chosen = _since(engine.ports.disk.backups(target.id), at)
    if not chosen:
        raise _no_backup(target, at)
    if whole_file:
        return _whole(engine, target, at)
    return (_lost(engine, target) if at is None else None) or _spans(engine, target, chosen)


def earlier(engine: Reconciler, target: Target, at: float | None) -> dict[RelPath, bytes | None]:
    """The bytes of each file to go back to (None: there was no file): what our first write since then replaced."""
    disk = engine.ports.disk
    chosen = {backup.path: backup for backup in _since(disk.backups(target.id), at)}  # newest first: the oldest one stays
    if not chosen:
        raise _no_backup(target, at)
    return {path: _data(disk, backup.digest) for path, backup in chosen.items()}


def _no_backup(target: Target, at: float | None) -> Stalled:
    return Stalled(f"{target.id}: there is no backup to go back to{' at that time' if at else ''}; nothing was changed")


def _since(backups: Sequence[Backup], at: float | None) -> list[Backup]:
    """Our writes since ``at``, newest first; None: the last one alone, with all its files."""
    ours = [b for b in backups if not b.is_kept]
    if at is None:
        return next(_writes(ours), [])
    return [b for b in ours if b.written_at >= at]


def _writes(backups: Sequence[Backup]) -> Iterator[list[Backup]]:
    """Each write of one or more files: no file is in it twice."""
    write: list[Backup] = []
    for backup in backups:
        if write and (backup.written_at != write[0].written_at or backup.path in {b.path for b in write}):
            yield write
            write = []
        write.append(backup)
    if write:
        yield write


def _data(disk: Disk, digest: Digest | None) -> bytes | None:
    return None if digest is None else disk.backup_data(digest)


def _whole(engine: Reconciler, target: Target, at: float | None) -> Restored:
    old = earlier(engine, target, at)
    _apply(engine, target, look(engine.ports.disk, target.adapter, target.root), old)
    return Restored(tuple(sorted(old)), (), ())


def _lost(engine: Reconciler, target: Target) -> Restored | None:
    """A file that is gone or empty is put back as our last write left it; going further back is another step."""
    disk = engine.ports.disk
    seen = look(disk, target.adapter, target.root)
    last = {b.path: b.replaced_by for b in reversed(disk.backups(target.id)) if not b.is_kept}
    lost = {p: disk.backup_data(d) for p, d in last.items() if d and p in seen.files and _is_blank(seen.files[p])}
    if not lost:
        return None
    _apply(engine, target, seen, lost)
    return Restored(tuple(sorted(lost)), (), ())


def _is_blank(found: Found) -> bool:
    return found.problem is None and not (found.data or b"").strip(b"\xef\xbb\xbf \t\r\n")


def _spans(engine: Reconciler, target: Target, chosen: Sequence[Backup]) -> Restored:
    disk = engine.ports.disk
    seen = look(disk, target.adapter, target.root)
    found = {p: f.data for p, f in seen.files.items() if f.data is not None}
    undoing = Undoing(target.adapter, seen, found)
    here = undoing.parsed(found).reading.config
    changed = undoing.take_back(_step(disk, write) for write in _writes(chosen))
    there = undoing.parsed(undoing.files).reading.config
    _apply(engine, target, seen, changed)
    differing = tuple(e for e in {**there, **here} if there.get(e) != here.get(e))
    return Restored(tuple(changed), differing, tuple(sorted(undoing.kept)))


def _step(disk: Disk, write: Sequence[Backup]) -> Step:
    before = {b.path: _data(disk, b.digest) for b in write}
    return Step(before, {b.path: _data(disk, b.replaced_by) for b in write}, not any(b.is_joined for b in write))


def _apply(engine: Reconciler, target: Target, seen: Seen, changed: Mapping[RelPath, bytes | None]) -> None:
    digests = seen.digests()
    writes = [Write(p, data, digests.get(p), lock=lock_of(target.adapter.specs, p)) for p, data in changed.items()]
    engine.ports.disk.apply(target.id, target.root, writes)
    memory = engine.ports.memory  # what a person put back is no client's stale overwrite
    target_facts.save(memory, target.id, replace(target_facts.load(memory, target.id), displaced="", entities=()))
