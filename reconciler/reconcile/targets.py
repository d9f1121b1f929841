"""Targets: which clients of this machine are reconciled, and in which mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from reconciler.all_adapters import ADAPTERS, CATALOGUE
from reconciler.errors import Stalled
from reconciler.formats import yaml_text
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.layers import BASE, Layer, chain, local_layer, project_layer
from reconciler.mapping.of_folder import for_folder
from reconciler.mapping.rule_files import RuleFiles
from reconciler.model.names import AbsPath, EntityId, RelPath, TargetId
from reconciler.model.results import Problem
from reconciler.ports import Disk

WRITTEN = frozenset({"sync", "enforce", "follow-only"})
CAPTURED = frozenset({"sync", "capture-only"})
IDLE = frozenset({"observe", "suspended"})
USER, _PROJECT, _LOCAL = "user", "project:", "local:"
_HOME = "${home}"
_NOWHERE = AbsPath("")


@dataclass(frozen=True)
class Target:
    """One client on this machine. ``root`` is the folder below which its files are."""

    id: TargetId
    adapter: Adapter
    scope: str
    root: AbsPath
    mode: str
    detail: Mapping[str, str]
    """Who chose the mode, why, and until when."""
    problem: Problem | None = None
    """Why nothing of it can be reconciled, whatever its files hold."""
    readers: tuple[Target, ...] = ()
    """Targets of the project that read the file which this one writes its rules into."""
    server_readers: tuple[Target, ...] = ()
    """Targets of the project that read the file of this one's servers beside their own."""
    brought_by: tuple[Target, ...] = ()
    """Targets whose file of rules this one reads as well: what stands there need not be written again."""
    folder: AbsPath = _NOWHERE
    """The folder of its project, wherever its files are; empty in the user's scope."""

    @property
    def client(self) -> str:
        return self.adapter.client

    @property
    def machine(self) -> str:
        return self.id.split("/", 1)[0]

    @property
    def project(self) -> str:
        """The name of the project in whose folder its files are; empty elsewhere."""
        return self.scope.removeprefix(_PROJECT) if self.scope.startswith(_PROJECT) else ""

    @property
    def local_to(self) -> str:
        """The name of the project for which the client keeps this in a file of its user; empty elsewhere."""
        return self.scope.removeprefix(_LOCAL) if self.scope.startswith(_LOCAL) else ""

    @property
    def base(self) -> Layer:
        """The first layer of its scope."""
        if self.local_to:
            return local_layer(self.local_to, self.machine, self.client)
        return project_layer(self.project) if self.project else BASE

    def is_meant(self, entity: EntityId) -> bool:
        """False for the own text of a file of the project that is another one than the target's."""
        return not self.project or entity not in _PROJECTS_TEXTS or self.is_own_text(entity)

    def is_own_text(self, entity: EntityId) -> bool:
        """True for the text of the file that the target keeps its own text in."""
        return entity in _own_texts(self.adapter)

    @property
    def layers(self) -> tuple[Layer, ...]:
        return chain(self.machine, self.client, self.base)


def _own_texts(adapter: Adapter) -> frozenset[EntityId]:
    return frozenset(section.own for section in adapter.sections if isinstance(section, RuleFiles))


_PROJECTS_TEXTS = frozenset[EntityId]().union(*(_own_texts(a.project) for a in CATALOGUE if a.project))
OWN_TEXTS = _PROJECTS_TEXTS.union(*map(_own_texts, CATALOGUE))
"""The own texts of all clients' files, in any scope."""


def view_of(target: Target) -> tuple[str, ...]:
    """What a target's config follows from, beside a revision."""
    if not target.project:
        return (target.id,)
    return target.id, *(f"{t.id}:{_own_texts(t.adapter)}" for t in (target, *target.brought_by)), *(f"+{t.id}" for t in (*target.readers, *target.server_readers))


def scope_of(project: str) -> str:
    return f"{_PROJECT}{project}"


def local_scope_of(project: str) -> str:
    return f"{_LOCAL}{project}"


def machine_path(machine: str) -> str:
    return f"machines/{machine}.yaml"


def machine_of(path: str) -> str:
    """The machine that a file of the repository is about."""
    return path.removeprefix("machines/").removesuffix(".yaml")


def machine_modes(files: Mapping[str, bytes], machine: str) -> dict[str, dict[str, Any]]:
    """``<client>/<scope>`` to its mode and why, as the repository has them for one machine."""
    return _modes(_machine_file(files, machine))


def _modes(said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return dict(said.get("targets") or {})


def project_folders(files: Mapping[str, bytes], machine: str, home: AbsPath) -> dict[str, AbsPath]:
    """Where the projects of one machine are; those whose folder is not said are left out."""
    return _folders(_machine_file(files, machine), home)


def _folders(said: Mapping[str, Any], home: AbsPath) -> dict[str, AbsPath]:
    projects = said.get("projects")
    found = projects.items() if isinstance(projects, dict) else ()
    return {str(name): folder_of(str(p["folder"]), home) for name, p in found if isinstance(p, dict) and p.get("folder")}


def folder_of(text: str, home: AbsPath) -> AbsPath:
    return AbsPath(home + text.removeprefix(_HOME) if text == _HOME or text.startswith(f"{_HOME}/") else text)


def folder_text(folder: AbsPath, home: AbsPath) -> str:
    """A folder as machine files say it: below the home folder by that name."""
    return _HOME + folder.removeprefix(home) if folder == home or folder.startswith(f"{home}/") else folder


def _machine_file(files: Mapping[str, bytes], machine: str) -> dict[str, Any]:
    data = files.get(machine_path(machine))
    value = yaml_text.read(data) if data else {}
    return value if isinstance(value, dict) else {}


def registered(files: Mapping[str, bytes], machine: str, home: AbsPath) -> list[Target]:
    """The targets of one machine: the user's in catalogue order, then those of projects as they were registered.

    Those of clients that this version does not know are left out.
    """
    said = _machine_file(files, machine)
    modes = _modes(said)
    users = [target_of(machine, a, home, modes[f"{a.client}/user"]) for a in CATALOGUE if f"{a.client}/user" in modes]
    return [*users, *_in_projects(machine, modes, _folders(said, home), home)]


def _in_projects(machine: str, modes: Mapping[str, Any], folders: Mapping[str, AbsPath], home: AbsPath) -> Iterator[Target]:
    for name, detail in modes.items():
        client, _, scope = name.partition("/")
        folder = folders.get(scope.partition(":")[2])
        if client not in ADAPTERS or not folder:
            continue
        adapter = ADAPTERS[client].project
        if adapter and scope.startswith(_PROJECT):
            yield replace(target_of(machine, adapter, folder, detail, scope), folder=folder)
        if ADAPTERS[client].local and scope.startswith(_LOCAL):
            yield replace(target_of(machine, local_adapter(client, folder), home, detail, scope), folder=folder)


@lru_cache(maxsize=64)
def local_adapter(client: str, folder: AbsPath) -> Adapter:
    """The description of what a client keeps for one folder. Only asked of clients that keep something so."""
    return for_folder(ADAPTERS[client].local or ADAPTERS[client], folder)


def all_registered(files: Mapping[str, bytes]) -> list[Target]:
    """The targets of every machine, to read main as they see it; where their files are is known on their machines alone."""
    machines = [machine_of(path) for path in files if path.startswith("machines/") and path.endswith(".yaml")]
    return [target for machine in sorted(machines) for target in registered(files, machine, AbsPath(""))]


def target_of(machine: str, adapter: Adapter, root: AbsPath, detail: Mapping[str, Any], scope: str = USER) -> Target:
    rest = {k: str(v) for k, v in detail.items() if k != "mode"}
    return Target(TargetId(f"{machine}/{adapter.client}/{scope}"), adapter, scope, root, str(detail.get("mode", "observe")), rest)


def as_of(target: Target, now: float) -> Target:
    """The target in the mode that holds now: a suspension ends by itself, and the mode before it holds again."""
    until = _moment(target.detail.get("until", ""))
    if target.mode != "suspended" or until is None or now < until:
        return target
    return replace(target, mode=target.detail.get("back_to", "sync"), detail={})


def _moment(text: str) -> float | None:
    """Seconds since 1970; a date alone is its beginning, and without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def installed(disk: Disk, home: AbsPath) -> list[Adapter]:
    """Clients of the catalogue that have a file or a folder below the home folder."""
    return [a for a in CATALOGUE if any(is_there(disk, home, r) for r in a.roots)]


def is_there(disk: Disk, home: AbsPath, root: RelPath) -> bool:
    """True for a file or folder below ``home``."""
    return disk.names(home, root, "") is not None or disk.look(home, root).data is not None


def named(targets: list[Target], names: list[str]) -> list[Target]:
    """The targets that a person named: by id, ``client/scope`` or client. Raises ``Stalled`` for a name that is none."""
    out = []
    for name in names:
        hits = [t for t in targets if name in (t.id, f"{t.client}/{t.scope}", t.client)]
        if not hits:
            known = ", ".join(t.id for t in targets) or "none; run `reconciler init`"
            raise Stalled(f"{name}: there is no such target; there are: {known}")
        out += hits
    return out or targets


def adapter_named(client: str) -> Adapter:
    if client not in ADAPTERS:
        raise Stalled(f"{client}: this client is not in the catalogue; there are: {', '.join(ADAPTERS)}")
    return ADAPTERS[client]
