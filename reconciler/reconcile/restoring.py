"""`restore`: put back what a target's files held before our writes, on the spans that we own and only there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reconciler.errors import Stalled
from reconciler.mapping.adapter import held, parse, render
from reconciler.mapping.masking import fill
from reconciler.model.fields import Fields
from reconciler.model.names import EntityId, RelPath
from reconciler.ports import Backup, Write
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.observe import look
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target


@dataclass(frozen=True)
class Restored:
    """``kept`` are entities that the client changed since our write: they stay as they are."""

    written: tuple[RelPath, ...]
    changed: tuple[EntityId, ...]
    kept: tuple[EntityId, ...]


def restore(engine: Reconciler, target: Target, at: float | None, whole_file: bool) -> Restored:
    """Bring a target back to what it held at ``at`` (None: before our last write)."""
    disk = engine.ports.disk
    old = earlier(engine, target, at)
    seen = look(disk, target.adapter, target.root)
    if whole_file:
        writes = [Write(p, data, seen.files[p].digest if p in seen.files else None) for p, data in old.items()]
        disk.apply(target.id, target.root, writes)
        _forget(engine, target)
        return Restored(tuple(sorted(old)), (), ())
    return _spans(engine, target, old)


def earlier(engine: Reconciler, target: Target, at: float | None) -> dict[RelPath, bytes | None]:
    """The bytes of each file to go back to (None: there was no file)."""
    disk = engine.ports.disk
    chosen = _chosen(disk.backups(target.id), at)
    if not chosen:
        raise Stalled(f"{target.id}: there is no backup to go back to{' at that time' if at else ''}; nothing was changed")
    return {b.path: disk.backup_data(b.digest) if b.digest else None for b in chosen}


def _chosen(backups: Sequence[Backup], at: float | None) -> list[Backup]:
    """For each file the backup to go back to: what our first write after ``at`` displaced, or our last write."""
    if at is None:
        last = backups[0].written_at if backups else 0.0
        return list({b.path: b for b in backups if b.written_at == last}.values())
    return list({b.path: b for b in backups if b.written_at >= at}.values())  # newest first: the oldest one stays


def _spans(engine: Reconciler, target: Target, old: dict[RelPath, bytes | None]) -> Restored:
    disk, adapter = engine.ports.disk, target.adapter
    seen = look(disk, adapter, target.root)
    found = {p: f.data for p, f in seen.files.items() if f.data is not None}
    folders = {p for p, names in seen.folders.items() if names is not None}
    now = parse(adapter, found, seen.places, folders)
    then = parse(adapter, {p: d for p, d in {**found, **old}.items() if d is not None}, seen.places, folders)
    for parsed in (now, then):
        if not parsed.is_readable:
            raise Stalled(f"{parsed.problems[0].file}: {parsed.problems[0].reason}; `--whole-file` puts the whole file back")
    ours = fill(held(adapter, agreement(engine.centre, target).config).config, engine.local(target)).config
    wanted: dict[EntityId, Fields | None] = {}
    kept: list[EntityId] = []
    for entity in {**then.reading.config, **now.reading.config}:
        before, here = then.reading.config.get(entity), now.reading.config.get(entity)
        if before != here and here == ours.get(entity):
            wanted[entity] = before
        elif before != here:
            kept.append(entity)
    changed = render(adapter, now, wanted) if wanted else {}
    digests = seen.digests()
    disk.apply(target.id, target.root, [Write(p, data, digests.get(p)) for p, data in changed.items()])
    _forget(engine, target)
    return Restored(tuple(sorted(changed)), tuple(wanted), tuple(kept))


def _forget(engine: Reconciler, target: Target) -> None:
    """What a person put back is no client's stale overwrite."""
    memory = engine.ports.memory
    target_facts.save(memory, target.id, replace(target_facts.load(memory, target.id), displaced=""))
