"""Which of our writes a client has not taken up yet: those that one which is open takes up only when it is started anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reconciler.errors import Stalled
from reconciler.mapping.adapter import parse
from reconciler.mapping.documents import FileSpec, FolderSpec, read_from
from reconciler.mapping.takes_effect import When
from reconciler.model.fields import Fields
from reconciler.model.names import KINDS, Digest, EntityId, RelPath, kind_of
from reconciler.ports import Backup, Disk
from reconciler.ports.programs import Program
from reconciler.reconcile.targets import Target

_ENABLED = ("enabled",)
_SWITCH = "switch"


@dataclass(frozen=True)
class Waiting:
    """A file that we wrote, and the kinds that changed in it. ``written_at`` is seconds since 1970.

    ``running`` is how many of its programs were started before and still run; None: nobody can tell. ``takes_effect`` is ``start``, or
    ``unknown`` where nobody saw what such a program does.
    """

    path: RelPath
    kinds: tuple[str, ...]
    takes_effect: When
    written_at: float
    running: int | None


def waiting(disk: Disk, target: Target, running: Sequence[Program] | None) -> tuple[Waiting, ...]:
    """What waits for the next start of a target's client; nothing where none of its programs runs.

    ``running`` None: nobody can tell which do; then it is about the last write of each file.
    """
    began = None if running is None else sorted(s.began for s in running if _has(s, target))
    if began == []:
        return ()
    return tuple(row for writes in _writes(disk, target, began) for row in _rows(disk, target, writes, began))


def _has(program: Program, target: Target) -> bool:
    """Whether a program has the target's files: by its home, or by the folder that it was started in."""
    place = f"{program.folder}/".startswith(f"{target.folder}/") if target.folder else program.home == target.root
    return place and program.client == target.client


def _writes(disk: Disk, target: Target, began: Sequence[float] | None) -> list[list[Backup]]:
    """For each file our writes since the first of its programs was started, newest first."""
    found: dict[RelPath, list[Backup]] = {}
    for backup in disk.backups(target.id):
        is_meant = backup.path not in found if began is None else backup.written_at > began[0]
        if is_meant and not backup.is_kept:
            found.setdefault(backup.path, []).append(backup)
    return list(found.values())


def _rows(disk: Disk, target: Target, writes: Sequence[Backup], began: Sequence[float] | None) -> Iterator[Waiting]:
    newest, oldest = writes[0], writes[-1]
    spec = _spec(target, newest.path)
    if spec is None:
        return
    changed = _changed(disk, target, spec, oldest, newest)
    is_new, is_switched = oldest.digest is None or newest.replaced_by is None, _SWITCH in changed
    count = None if began is None else sum(at < newest.written_at for at in began)
    words = spec.takes_effect.by_kind(is_new, is_switched)
    for word in ("start", "unknown"):
        kinds = tuple(kind for kind, said in words.items() if said == word and kind in changed)
        if kinds:
            yield Waiting(newest.path, kinds, word, newest.written_at, count)


def _changed(disk: Disk, target: Target, spec: FileSpec | FolderSpec, oldest: Backup, newest: Backup) -> set[str]:
    """The kinds that our writes changed in a file, and ``_SWITCH``; everything where its earlier bytes are past their retention."""
    try:
        before, after = (_held(disk, target, spec, newest.path, digest) for digest in (oldest.digest, newest.replaced_by))
    except Stalled:
        return {*KINDS, _SWITCH}
    others = [entity for entity in before.keys() | after.keys() if before.get(entity) != after.get(entity)]
    is_switched = any(before.get(entity, {}).get(_ENABLED) != after.get(entity, {}).get(_ENABLED) for entity in others)
    return {*map(kind_of, others), *([_SWITCH] if is_switched else [])}


def _held(disk: Disk, target: Target, spec: FileSpec | FolderSpec, path: RelPath, digest: Digest | None) -> Mapping[EntityId, Fields]:
    found = {} if digest is None else {path: disk.backup_data(digest)}
    return parse(target.adapter, found, {spec.key: path}, {spec.path}).reading.config


def _spec(target: Target, path: RelPath) -> FileSpec | FolderSpec | None:
    """What describes the file at a path; the place that another file names for one is nowhere here, so it is what is left."""
    specs = target.adapter.specs
    left = (spec for spec in specs if isinstance(spec, FileSpec) and spec.named_by)
    return next((spec for spec in specs if _is(spec, path)), next(left, None))


def _is(spec: FileSpec | FolderSpec, path: RelPath) -> bool:
    if isinstance(spec, FolderSpec):
        return path.startswith(f"{spec.path}/") and path.endswith(spec.suffix)
    return path in read_from(spec)


def next_start_json(rows: Sequence[Waiting]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def takes_effect_of(target: Target, path: RelPath) -> dict[str, When]:
    """By kind, when a client that is open takes up a change of the file at a path."""
    spec = _spec(target, path)
    return spec.takes_effect.by_kind() if spec else {}


def takes_effect_json(target: Target) -> dict[str, dict[str, When]]:
    """The same of all files and folders that its description names."""
    return {spec.path: spec.takes_effect.by_kind() for spec in target.adapter.specs}
