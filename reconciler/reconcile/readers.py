"""Files that several clients of a project read: which target writes each, and what the others get by it.

A file is what its real path says: `CLAUDE.md` may be a link to `AGENTS.md`. Rules are written by the target that was
registered first among those that keep shared rules in it; servers by the one client whose file it is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from reconciler.all_adapters import ADAPTERS, CATALOGUE
from reconciler.mapping.adapter import Adapter, Answers
from reconciler.mapping.documents import FileSpec
from reconciler.mapping.rule_files import RuleFiles
from reconciler.mapping.servers import ServerMap
from reconciler.model.names import MCP, RULES, AbsPath, EntityId, RelPath, kind_of
from reconciler.model.results import Dropped
from reconciler.ports import Disk, Found
from reconciler.reconcile.observe import where_read
from reconciler.reconcile.targets import Target

_Files = Mapping[str, AbsPath | None]
"""By client, the real path of the file that it keeps its own text in."""


class Ways(Protocol):
    """As much of a disk as says where paths lead."""

    def look(self, root: AbsPath, path: RelPath) -> Found: ...

    def leads_to(self, root: AbsPath, path: RelPath) -> AbsPath | None: ...


class NoLinks:
    """For machines whose files are not at hand: every path leads to itself, and to nothing yet."""

    def look(self, root: AbsPath, path: RelPath) -> Found:
        return Found(path)

    def leads_to(self, root: AbsPath, path: RelPath) -> AbsPath | None:
        return AbsPath(f"{root}/{path}".rstrip("/"))


def with_readers(targets: Sequence[Target], disk: Ways) -> list[Target]:
    """The targets, each knowing who else reads the file that it writes, and who writes the files that it reads."""
    out = {t.id: t for t in targets}
    members: dict[tuple[str, str], list[Target]] = {}
    for target in targets:
        if target.project and target.problem is None:
            members.setdefault((target.machine, target.project), []).append(target)
    for of_project in members.values():
        out |= {t.id: t for t in _in_project(of_project, disk)}
    return [out[t.id] for t in targets]


def _in_project(members: Sequence[Target], disk: Ways) -> Iterator[Target]:
    files = {t.client: _real(t, disk) for t in members}
    writers = {at: _writer(at, members, files) for at in files.values() if at}
    reads = {t.client: {files[t.client], *(disk.leads_to(t.root, path) for path in t.adapter.also_reads)} for t in members}
    own = {t.client: replace(t, adapter=_bound(t.client, _own_name(t, files[t.client], disk), "")) for t in members}
    for at, writer in writers.items():
        others = tuple(t for t in members if t.client != writer and at in reads[t.client])
        own[writer] = replace(own[writer], readers=others)
    for target in members:
        its = _servers_at(target, disk)
        others = tuple(t for t in members if t.client != target.client and its and its in reads[t.client])
        own[target.client] = replace(own[target.client], server_readers=others)
    for target in members:
        place = files[target.client]
        writer = writers[place] if place else target.client
        bound = own[target.client]
        if writer != target.client:
            bound = replace(bound, adapter=_bound(target.client, _rules(target.adapter).own_name, writer))
        brought = [w for f, w in writers.items() if f in reads[target.client] and w != target.client]
        yield replace(bound, brought_by=tuple(own[w] for w in brought))


def _real(target: Target, disk: Ways) -> AbsPath | None:
    spec = _memory(target.adapter)
    return disk.leads_to(target.root, where_read(disk, spec, target.root)) if spec else None


def _servers_at(target: Target, disk: Ways) -> AbsPath | None:
    key = next((s.file for s in target.adapter.sections if isinstance(s, ServerMap)), None)
    spec = next((s for s in target.adapter.specs if s.key == key), None)
    return disk.leads_to(target.root, spec.path) if spec else None


def _writer(at: AbsPath, members: Sequence[Target], files: _Files) -> str:
    there = [t for t in members if files[t.client] == at]
    return next((t.client for t in there if not _rules(t.adapter).folder), there[0].client)


def _own_name(target: Target, at: AbsPath | None, disk: Ways) -> str:
    """The text of a file has one name, through whatever link a client reads it."""
    real_root = disk.leads_to(target.root, RelPath(""))
    below = posixpath.relpath(at, real_root) if at and real_root else ""
    for adapter in CATALOGUE:
        spec = _memory(adapter.project) if adapter.project else None
        if adapter.project and spec and spec.path == below:
            return _rules(adapter.project).own_name
    return _rules(target.adapter).own_name


def _memory(adapter: Adapter) -> FileSpec | None:
    key = _rules(adapter).memory
    return next((s for s in adapter.specs if isinstance(s, FileSpec) and s.key == key), None)


def _rules(adapter: Adapter) -> RuleFiles:
    return next(s for s in adapter.sections if isinstance(s, RuleFiles))


@lru_cache(maxsize=64)
def _bound(client: str, own_name: str, writer: str) -> Adapter:
    """A client's description in a project, with the name of its file's own text and who else writes that file."""
    adapter = ADAPTERS[client].project or ADAPTERS[client]
    rules = replace(_rules(adapter), own_name=own_name, writer=writer)
    return replace(adapter, sections=tuple(rules if isinstance(s, RuleFiles) else s for s in adapter.sections), answers=Answers())


def not_for_all(target: Target, withheld: Collection[EntityId]) -> list[Dropped]:
    """What the target's file is not given because of who else reads it, as gaps."""
    rules, servers = (", ".join(t.client for t in readers) for readers in (target.readers, target.server_readers))
    why = {
        RULES: f"the file is read by {rules} too, and this rule is not the same for all",
        MCP: f"the file is read by {servers} too, and this server is not meant for all",
    }
    return [Dropped(e, (), why[kind_of(e)], "gap") for e in sorted(withheld)]


# ------------------------------------------------------------ what is only shown


def nested_texts(disk: Disk, targets: Sequence[Target]) -> Iterator[dict[str, str]]:
    """Files in the folders of a project that a client reads when it works there. They are nobody's to write."""
    roots = {t.root for t in targets if t.project}
    for target in (t for t in targets if t.project and not t.problem and not _rules(t.adapter).writer):
        spec = _memory(target.adapter)
        for path in disk.nested(target.root, spec.path) if spec and "/" not in spec.path else ():
            folder = posixpath.dirname(f"{target.root}/{path}")
            if folder not in roots:  # else it is another project's own
                yield {"client": target.client, "folder": folder, "entity": str(spec.path) if spec else ""}
