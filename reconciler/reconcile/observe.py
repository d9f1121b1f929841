"""Look at a target's files: read, parsed, secrets taken out. The pass reads the world again each time."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.formats.edit import FormatError
from reconciler.mapping.adapter import Adapter, Parsed, held, parse
from reconciler.mapping.documents import FileSpec, FolderSpec
from reconciler.mapping.masking import Local, Masked, mask, shown_name
from reconciler.model.fields import Config, are_same
from reconciler.model.names import MCP, AbsPath, Digest, RelPath, kind_of
from reconciler.model.results import Problem
from reconciler.ports import Disk, Found
from reconciler.reconcile.targets import Target


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
    masked: Masked
    problems: tuple[Problem, ...]
    basis: object = None
    """Equal for two looks when all that was known beside the files was the same; None: not comparable."""

    @property
    def is_stalled(self) -> bool:
        return any(p.is_stalling for p in self.problems)


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
            paths = [RelPath(f"{spec.path}/{name}") for name in names or []]
        else:
            paths = [_place(adapter, spec, files, root, problems)]
            places[spec.key] = paths[0]
        for path in paths:
            files[path] = disk.look(root, path)
    problems += [f.problem for f in files.values() if f.problem]
    return Seen(files, folders, places, tuple(problems))


def _place(adapter: Adapter, spec: FileSpec, files: Mapping[RelPath, Found], root: AbsPath, problems: list[Problem]) -> RelPath:
    """Where a file is, when another file of the client may name it."""
    if spec.named_by is None:
        return spec.path
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
    problems.append(Problem(naming.path, reason, advice="name a file below the home folder, or take the key away"))
    return spec.path


def observe(disk: Disk, target: Target, agreed: Config, expected: Config, local: Local) -> Observed:
    """Look, parse and mask."""
    return read(look(disk, target.adapter, target.root), target, agreed, expected, local)


def read(seen: Seen, target: Target, agreed: Config, expected: Config, local: Local, basis: object = None, before: Observed | None = None) -> Observed:
    """Parse and mask what was seen. What was agreed and is gone as a whole file is a problem, never a removal.

    What ``before``, an earlier look at the target, has read already is not read again.
    """
    found = {path: f.data for path, f in seen.files.items() if f.data is not None}
    folders = {path for path, names in seen.folders.items() if names is not None}
    parsed = parse(target.adapter, found, seen.places, folders, before.parsed if before else None)
    problems = [*seen.problems, *parsed.problems, *_vanished(target.adapter, parsed, agreed, seen)]
    masked = _masked(parsed.reading.config, expected, local, before if basis is not None and before and before.basis == basis else None)
    advice = "take the value out of the text; until then it is not synced"
    problems += [
        Problem(parsed.reading.places[e], f"{shown_name(e)}: {why}", advice=advice, is_stalling=False) for e, why in masked.exposed.items()
    ]
    return Observed(target, seen, parsed, masked, tuple(dict.fromkeys(problems)), None if masked.stored else basis)


def _masked(raw: Config, expected: Config, local: Local, before: Observed | None) -> Masked:
    """``raw`` masked. Entities that ``before``, a look with the same knowledge, has masked are taken from there.

    Only when there is no new secret: that one is looked for in all of them.
    """
    known = before.parsed.reading.config if before else {}
    same = {e for e in raw if e in known and are_same(raw[e], known[e])}
    new = mask({e: f for e, f in raw.items() if e not in same}, expected, local)
    if before is None or new.stored:
        return mask(raw, expected, local) if same else new
    for entity in same & before.masked.exposed.keys():
        new.exposed[entity] = before.masked.exposed[entity]
    both = {**before.masked.config, **new.config}
    return Masked({e: both[e] for e in raw if e not in new.exposed}, {}, new.exposed)


def _vanished(adapter: Adapter, parsed: Parsed, agreed: Config, seen: Seen) -> list[Problem]:
    by_kind = {s.kind: s for s in adapter.sections}
    homes = {by_kind[e.split("/", 1)[0]].home_of(e, parsed.docs) for e in held(adapter, agreed).config}
    out = []
    for path in sorted(h for h in homes if h is not None):
        found = seen.files.get(path)
        advice = "put it back, or run `reconciler restore`; to give it up, suspend or remove the target"
        if seen.folders.get(path, ()) is None or (path not in seen.folders and (found is None or found.is_absent)):
            out.append(Problem(path, "the file is missing, and was there when it was last synced", advice=advice))
        elif found is not None and found.data is not None and not found.data.strip(b"\xef\xbb\xbf \t\r\n"):
            out.append(Problem(path, "the file is empty, and was not when it was last synced", advice=advice))
    return out


def files_with_secrets(disk: Disk, target: Target, local: Local) -> list[RelPath]:
    """The target's files in which a value stands that masking would take out, or cannot take out."""
    seen = observe(disk, target, {}, {}, local)
    config = seen.masked.config
    holding = [*seen.masked.exposed, *(e for e in config if kind_of(e) == MCP and config[e] != seen.parsed.reading.config[e] and "${secret:" in str(config[e]))]
    return sorted({seen.parsed.reading.places[e] for e in holding})


def local_servers(disk: Disk, target: Target) -> list[dict[str, str]]:
    """Servers that the client keeps for one folder only, with that folder."""
    where = target.adapter.local_servers_at
    spec = next((s for s in target.adapter.specs if where and isinstance(s, FileSpec) and s.key == where[0]), None)
    found = disk.look(target.root, spec.path) if spec else None
    if spec is None or where is None or found is None or found.data is None:
        return []
    try:
        folders = spec.format.read(found.data).get(where[1]) or {}
    except (FormatError, AttributeError):
        return []
    return [
        {"client": target.client, "folder": str(folder), "entity": f"mcp/{name}"}
        for folder, value in (folders.items() if isinstance(folders, dict) else ())
        for name in (value.get(where[2]) if isinstance(value, dict) else None) or {}
    ]
