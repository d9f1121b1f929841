"""Projects: folders in which clients have files of their own. Which folders may be one, and how one is registered."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.all_adapters import CATALOGUE
from reconciler.errors import Stalled
from reconciler.formats.edit import Edit, Set
from reconciler.mapping.adapter import Adapter
from reconciler.model.names import AbsPath, TargetId
from reconciler.model.refnames import synced_ref
from reconciler.ports import Disk
from reconciler.reconcile.folders import HERE, accept, own_folders, unfit
from reconciler.reconcile.machine_edits import edit_machine
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target, adapter_named, folder_text, is_there, local_scope_of, project_folders, scope_of

_NOT_IN_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Added:
    """``others`` are clients that have files in the folder and are not registered for it."""

    target: Target
    result: Pass
    others: tuple[Adapter, ...]


def add(engine: Reconciler, client: str, folder: str, name: str | None) -> Added:
    """Register a client's files in a folder and adopt what they hold. Run on dry doors this is the plan."""
    adapter = adapter_named(client).project
    if adapter is None:
        raise Stalled(f"{client}: this client reads no files of a project")
    ports = engine.ports
    place = AbsPath(posixpath.normpath(posixpath.join(ports.home, folder)))
    why = unfit(ports.disk, ports.home, place, own_folders(ports.disk, ports.home))
    if why:
        raise Stalled(f"{place}: {why.reason}; {why.advice}")
    project = _name(engine, place, name)
    target = TargetId(f"{ports.machine}/{client}/{scope_of(project)}")
    synced_ref(target)  # raises for a name that no reference can have
    accept(ports.memory, project, place)
    local = [f"{client}/{local_scope_of(project)}"] if adapter_named(client).local else []
    _register(engine, [f"{client}/{scope_of(project)}", *local], project, place)
    members = [t for t in engine.targets() if project in (t.project, t.local_to)]
    result = engine.run(members, approved_by=ports.person)
    here = {t.client for t in members}
    return Added(next(t for t in members if t.id == target), result, tuple(a for a in found_in(ports.disk, place) if a.client not in here))


def found_in(disk: Disk, folder: AbsPath) -> Iterator[Adapter]:
    """Clients that have a file in a folder."""
    for adapter in CATALOGUE:
        if adapter.project and any(is_there(disk, folder, root) for root in adapter.project.roots):
            yield adapter


def _name(engine: Reconciler, place: AbsPath, name: str | None) -> str:
    """The project's name: the one that the folder has already, the asked one, or the folder's own."""
    disk = engine.ports.disk
    known = _folders(engine)
    same = next((n for n, at in known.items() if disk.leads_to(at, HERE) == disk.leads_to(place, HERE)), None)
    if same and name not in (None, same):
        raise Stalled(f"{place}: this folder is the project {same} already; leave --name out")
    chosen = same or name or _NOT_IN_NAME.sub("-", posixpath.basename(place).lower()).strip("-")
    if not chosen:
        raise Stalled(f"{place}: a name cannot be made from this folder's; choose one with --name")
    taken = known.get(chosen)
    if taken and not same and disk.names(taken, HERE, "") is not None:
        raise Stalled(f"{chosen}: this is the project in {taken} already; choose another --name")
    return chosen


def _folders(engine: Reconciler) -> dict[str, AbsPath]:
    main = engine.centre.in_force()[0]
    if main is None:
        raise Stalled("there is no repository yet; run `reconciler init`")
    return project_folders(engine.centre.store.files(main), engine.ports.machine, engine.ports.home)


def _register(engine: Reconciler, names: Sequence[str], project: str, place: AbsPath) -> None:
    text = folder_text(place, engine.ports.home)

    def edits_of(value: Mapping[str, Any]) -> Sequence[Edit]:
        edits: list[Edit] = []
        if (value.get("projects") or {}).get(project, {}).get("folder") != text:
            edits.append(Set(("projects", project, "folder"), text))
        known = value.get("targets") or {}
        edits += [Set(("targets", name), {"mode": "sync"}) for name in names if known.get(name, {}).get("mode") in (None, "observe")]
        return edits

    edit_machine(engine, edits_of, "Register")
