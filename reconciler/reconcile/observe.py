"""Look at a target's files: read, parsed, secrets taken out. The pass reads the world again each time."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from reconciler.formats.edit import FormatError
from reconciler.mapping.adapter import Adapter, Parsed, held, no_room, parse
from reconciler.mapping.documents import FileSpec, FolderSpec
from reconciler.mapping.filling import secret_names
from reconciler.mapping.ignoring import NOTHING, Ignoring
from reconciler.mapping.masking import Local, Masked, shown_name
from reconciler.mapping.masking_again import Masking, masking
from reconciler.mapping.resolved import resolved_variables
from reconciler.mapping.sections import Loss
from reconciler.model.fields import Config
from reconciler.model.names import MCP, AbsPath, Digest, EntityId, RelPath, kind_of
from reconciler.model.results import Problem
from reconciler.ports import Disk, Found
from reconciler.reconcile.targets import Target


class Looking(Protocol):
    """As much of a disk as tells what is at a path."""

    def look(self, root: AbsPath, path: RelPath) -> Found: ...


@dataclass(frozen=True)
class Seen:
    """The bytes of a target's files. ``folders`` are the ones that exist, with the names in them."""

    files: Mapping[RelPath, Found]
    folders: Mapping[RelPath, tuple[str, ...] | None]
    places: Mapping[str, RelPath]
    problems: tuple[Problem, ...] = ()

    def digests(self) -> dict[RelPath, Digest | None]:
        return {path: found.digest for path, found in self.files.items()}


@dataclass(frozen=True)
class Observed:
    """One target, looked at. ``problems`` that stall mean that nothing of it is captured or written."""

    target: Target
    seen: Seen
    parsed: Parsed
    masking: Masking
    problems: tuple[Problem, ...]
    basis: object = None
    """Equal for two looks when all that was known beside the files was the same; None: not comparable."""
    ignoring: Ignoring = NOTHING
    """The rules by which it was read: ``masked`` has nothing that they ignore."""
    ignored: frozenset[EntityId] = frozenset()
    """Entities that they leave alone as a whole."""

    @property
    def masked(self) -> Masked:
        return self.masking.masked

    @property
    def is_stalled(self) -> bool:
        return any(p.is_stalling for p in self.problems)

    def no_room(self, *configs: Config) -> dict[EntityId, Loss]:
        """What of the configs has no place in the files as they are."""
        return {e: loss for config in configs for e, loss in no_room(self.target.adapter, self.parsed.docs, config).items()}

    def left_alone(self, *configs: Config) -> set[EntityId]:
        """What of the files and the configs is neither captured nor written here."""
        return {*self.parsed.reading.unreadable, *self.masked.exposed, *self.ignored, *self.no_room(*configs)}


def look(disk: Disk, adapter: Adapter, root: AbsPath) -> Seen:
    """Read all files of a client below ``root``."""
    files: dict[RelPath, Found] = {}
    folders: dict[RelPath, tuple[str, ...] | None] = {}
    places: dict[str, RelPath] = {}
    problems: list[Problem] = []
    for spec in adapter.specs:
        if isinstance(spec, FolderSpec):
            names = disk.names(root, spec.path, spec.suffix)
            folders[spec.path] = None if names is None else tuple(names)
            problems += [problem] if names is None and (problem := disk.unlisted(root, spec.path)) else []
            paths = [RelPath(f"{spec.path}/{name}") for name in names or []]
        else:
            paths = [_place(disk, adapter, spec, files, root, problems)]
            places[spec.key] = paths[0]
            paths += [spec.overridden_by] if spec.overridden_by else []
        for path in paths:
            files[path] = disk.look(root, path)
        problems += _overridden(adapter, spec, files) + _leading_nowhere(spec, paths, files)
    problems += [f.problem for f in files.values() if f.problem]
    return Seen(files, folders, places, tuple(problems))


def _overridden(adapter: Adapter, spec: FileSpec | FolderSpec, files: Mapping[RelPath, Found]) -> list[Problem]:
    other = spec.overridden_by if isinstance(spec, FileSpec) else None
    if other is None or files[other].is_absent:
        return []
    reason = f"{adapter.title} reads {other} instead, so nothing that stands here reaches it"
    return [Problem(spec.path, reason, advice=f"take what {other} says into {spec.path}, and remove it", is_stalling=False)]


def _leading_nowhere(spec: FileSpec | FolderSpec, paths: list[RelPath], files: Mapping[RelPath, Found]) -> list[Problem]:
    """Links of a folder whose files are away: taken for removed, what stood in them would go from every client."""
    gone = [path for path in paths if files[path].is_absent] if isinstance(spec, FolderSpec) else []
    advice = "put back the file that the link leads to, or remove the link"
    return [Problem(path, "a link that leads to nothing stands here", advice=advice, kind="MissingFile") for path in gone]


def look_again(disk: Disk, target: Target, seen: Seen, written: Collection[RelPath]) -> Seen:
    """What was seen, with the files that were written since and the names in their folders as they are now."""
    folders = dict(seen.folders)
    for spec in target.adapter.specs:
        if isinstance(spec, FolderSpec) and any(path.startswith(f"{spec.path}/") for path in written):
            names = disk.names(target.root, spec.path, spec.suffix)
            folders[spec.path] = None if names is None else tuple(names)
    return replace(seen, files={**seen.files, **{path: disk.look(target.root, path) for path in written}}, folders=folders)


def where_read(disk: Looking, spec: FileSpec, root: AbsPath) -> RelPath:
    """The file's own path, unless only the other one that the client reads is there."""
    other = spec.instead
    return other if other and disk.look(root, spec.path).is_absent and not disk.look(root, other).is_absent else spec.path


def _place(
    disk: Disk, adapter: Adapter, spec: FileSpec, files: Mapping[RelPath, Found], root: AbsPath, problems: list[Problem]
) -> RelPath:
    """Where a file is, when another file of the client may name it."""
    if spec.named_by is None:
        return where_read(disk, spec, root)
    key, at = spec.named_by
    naming = next(s for s in adapter.specs if isinstance(s, FileSpec) and s.key == key)
    data = files[naming.path].data
    try:
        here = naming.format.read(data) if data is not None else None
        for step in at:
            here = here.get(step) if isinstance(here, dict) else None
    except FormatError:
        here = None  # reported when the naming file is parsed
    if not isinstance(here, str) or not here:
        return spec.path
    full = posixpath.normpath(posixpath.join(root, here.replace("~", root, 1) if here.startswith("~/") else here))
    if full.startswith(root.rstrip("/") + "/"):
        return RelPath(full[len(root.rstrip("/")) + 1 :])
    reason = f"{'.'.join(map(str, at))} names a file outside of the home folder"
    problems.append(Problem(naming.path, reason, advice="name a file below the home folder, or take the key away", kind="LeadsOutside"))
    return spec.path


def observe(disk: Disk, target: Target, agreed: Config, expected: Config, local: Local, ignoring: Ignoring = NOTHING) -> Observed:
    """Look, parse and mask."""
    return read(look(disk, target.adapter, target.root), target, agreed, expected, local, ignoring)


def read(
    seen: Seen, target: Target, agreed: Config, expected: Config, local: Local, ignoring: Ignoring = NOTHING,
    basis: object = None, vault: str | None = None, before: Observed | None = None,
) -> Observed:  # fmt: skip
    """Parse and mask what was seen. What was agreed and is gone as a whole file is a problem, never a removal.

    What ``before``, an earlier look at the target, has read already is not read again; ``vault`` is as in ``Masking``.
    What is ignored is not masked: no secret of it is kept.
    """
    found = {path: f.data for path, f in seen.files.items() if f.data is not None}
    folders = {path for path, names in seen.folders.items() if names is not None}
    parsed = parse(target.adapter, found, seen.places, folders, before.parsed if before else None)
    problems = [*([target.problem] if target.problem else []), *seen.problems, *parsed.problems, *_vanished(target.adapter, parsed, {e: f for e, f in agreed.items() if not ignoring.is_whole(e)}, seen)]
    ignored = ignoring.left_alone(parsed.reading.config, expected)
    config = ignoring.seen(parsed.reading.config, ignored)
    if local.resolves_refs:
        local = replace(local, resolved=resolved_variables(config, expected, agreed, local))
    done = masking(config, expected, local, vault, before.masking if before else None)
    masked = done.masked
    advice = "take the value out of the text; until then it is not synced"
    problems += [
        Problem(parsed.reading.places[e], f"{shown_name(e)}: {why}", advice=advice, is_stalling=False) for e, why in masked.exposed.items()
    ]
    problems += _literals(target, parsed, config, masked)
    return Observed(target, seen, parsed, done, tuple(dict.fromkeys(problems)), None if masked.stored else basis, ignoring, ignored)


def _literals(target: Target, parsed: Parsed, config: Config, masked: Masked) -> list[Problem]:
    """Secrets that stand in a project's files as they are: left there, and said."""
    held_as_is = [e for e, f in masked.config.items() if target.project and f != config[e] and any(secret_names(v) for v in f.values())]
    advice = "put ${NAME} there and the value into your environment, and change the secret if others have seen it"
    return [Problem(parsed.reading.places[e], f"{e}: a secret stands here as it is, for all who have the project", advice=advice, is_stalling=False) for e in held_as_is]


def _vanished(adapter: Adapter, parsed: Parsed, agreed: Config, seen: Seen) -> list[Problem]:
    by_kind = {s.kind: s for s in adapter.sections}
    told = {p.file for p in seen.problems if p.is_stalling}
    homes = {by_kind[e.split("/", 1)[0]].home_of(e, parsed.docs) for e in held(adapter, agreed).config}
    out = []
    for path in sorted(h for h in homes if h is not None):
        found = seen.files.get(path)
        advice = "put it back, or run `reconciler restore`; to give it up, suspend or remove the target"
        if {path, path.rpartition("/")[0]} & told:
            continue  # something is there, and cannot be read
        if seen.folders.get(path, ()) is None or (path not in seen.folders and (found is None or found.is_absent)):
            out.append(Problem(path, "the file is missing, and was there when it was last synced", advice=advice, kind="MissingFile"))
        elif found is not None and found.data is not None and not found.data.strip(b"\xef\xbb\xbf \t\r\n"):
            out.append(Problem(path, "the file is empty, and was not when it was last synced", advice=advice, kind="EmptyFile"))
    return out


def files_with_secrets(disk: Disk, target: Target, local: Local) -> list[RelPath]:
    """The target's files in which a value stands that masking would take out, or cannot take out."""
    seen = observe(disk, target, {}, {}, local)
    config = seen.masked.config
    holding = [*seen.masked.exposed, *(e for e in config if kind_of(e) == MCP and config[e] != seen.parsed.reading.config[e] and "${secret:" in str(config[e]))]
    return sorted({seen.parsed.reading.places[e] for e in holding})
