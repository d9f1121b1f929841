"""Which folders can be a project, and why others cannot: asked when one is registered, and again in every pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.all_adapters import CATALOGUE
from reconciler.model.names import AbsPath, RelPath
from reconciler.model.results import Problem
from reconciler.ports import Disk, Memory
from reconciler.reconcile.targets import Target

HERE = RelPath("")
_ACCEPTED = "project-folders"


def own_folders(disk: Disk, home: AbsPath) -> dict[AbsPath, str]:
    """Where clients keep what is theirs, each with the client's name."""
    found = ((disk.leads_to(home, root), adapter.title) for adapter in CATALOGUE for root in adapter.roots)
    return {own: title for own, title in found if own}


def unfit(disk: Disk, home: AbsPath, folder: AbsPath, own: Mapping[AbsPath, str]) -> Problem | None:
    """Why a folder cannot be a project. ``own`` are the clients' own folders."""
    if not folder.startswith("/"):
        return _unfit(folder, "the path of a project's folder must be absolute", advice="mend it in the machine's file")
    real, real_home = disk.leads_to(folder, HERE), disk.leads_to(home, HERE)
    if real is None or disk.names(folder, HERE, "") is None:
        advice = "put it back, or say where it is now: `reconciler clients add CLIENT --project FOLDER --name NAME`; to give it up, remove its targets"
        return _unfit(folder, "the project's folder is not there, or this user cannot list it", advice=advice)
    if real == real_home or f"{real_home}/".startswith(f"{real.rstrip('/')}/"):
        return _unfit(folder, "the home folder, or one that holds it, cannot be a project", advice="name the folder of one project")
    title = next((title for place, title in own.items() if f"{real}/".startswith(f"{place}/")), None)
    return _unfit(folder, f"it is inside of {title}'s own folder", advice="name the folder of a project") if title else None


def _unfit(folder: AbsPath, reason: str, advice: str) -> Problem:
    return Problem(folder, reason, advice=advice, kind="ProjectFolder")


def accept(memory: Memory, project: str, folder: AbsPath) -> None:
    """Remember on this machine that its person wants a project there."""
    memory.save(_ACCEPTED, {**memory.load(_ACCEPTED), project: folder})


def checked(targets: Sequence[Target], disk: Disk, home: AbsPath, memory: Memory) -> list[Target]:
    """The targets; those in a folder that cannot be a project, or that nobody added on this machine, say why.

    A commit can name any folder as a project's, so a commit alone never has this program write there.
    """
    if not any(t.folder for t in targets):
        return list(targets)
    accepted, own = memory.load(_ACCEPTED), own_folders(disk, home)
    why = {root: unfit(disk, home, root, own) for root in {t.folder for t in targets if t.folder}}
    problems = {t.folder: why[t.folder] or _not_added(t, accepted) for t in targets if t.folder}
    first: dict[AbsPath | None, str] = {}
    for target in targets:
        if target.folder and problems[target.folder] is None:
            project = _project(target)
            other = first.setdefault(disk.leads_to(target.folder, HERE), project)
            if other != project:
                advice = f"take {project} or {other} out of the machine's file"
                problems[target.folder] = _unfit(target.folder, f"it is the folder of the project {other} already", advice=advice)
    return [replace(t, problem=problems[t.folder]) if t.folder and problems[t.folder] else t for t in targets]


def _project(target: Target) -> str:
    return target.project or target.local_to


def _not_added(target: Target, accepted: Mapping[str, object]) -> Problem | None:
    if accepted.get(_project(target)) == target.folder:
        return None
    command = f"reconciler clients add {target.client} --project {target.folder} --name {_project(target)}"
    return _unfit(target.folder, "a commit names this folder as a project's; nobody added it on this machine", advice=f"if you want that: `{command}`")
