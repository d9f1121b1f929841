"""Targets: which clients of this machine are reconciled, and in which mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.all_adapters import ADAPTERS, CATALOGUE
from reconciler.errors import Stalled
from reconciler.formats import yaml_text
from reconciler.mapping.adapter import Adapter
from reconciler.model.names import AbsPath, TargetId
from reconciler.ports import Disk

WRITTEN = frozenset({"sync", "enforce", "follow-only"})
CAPTURED = frozenset({"sync", "capture-only"})


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

    @property
    def client(self) -> str:
        return self.adapter.client

    @property
    def machine(self) -> str:
        return self.id.split("/", 1)[0]


def machine_path(machine: str) -> str:
    return f"machines/{machine}.yaml"


def machine_modes(files: Mapping[str, bytes], machine: str) -> dict[str, dict[str, Any]]:
    """``<client>/<scope>`` to its mode and why, as the repository has them for one machine."""
    data = files.get(machine_path(machine))
    value = yaml_text.read(data) if data else {}
    return dict(value.get("targets") or {}) if isinstance(value, dict) else {}


def registered(files: Mapping[str, bytes], machine: str, home: AbsPath) -> list[Target]:
    """The targets of one machine in catalogue order; those of clients that this version does not know are left out."""
    modes = machine_modes(files, machine)
    return [target_of(machine, a, home, modes[f"{a.client}/user"]) for a in CATALOGUE if f"{a.client}/user" in modes]


def all_registered(files: Mapping[str, bytes]) -> list[Target]:
    """The targets of every machine, to read main as they see it; where their files are is known on their machines alone."""
    machines = [path.removeprefix("machines/").removesuffix(".yaml") for path in files if path.startswith("machines/") and path.endswith(".yaml")]
    return [target for machine in sorted(machines) for target in registered(files, machine, AbsPath(""))]


def target_of(machine: str, adapter: Adapter, home: AbsPath, detail: Mapping[str, Any]) -> Target:
    rest = {k: str(v) for k, v in detail.items() if k != "mode"}
    return Target(TargetId(f"{machine}/{adapter.client}/user"), adapter, "user", home, str(detail.get("mode", "observe")), rest)


def installed(disk: Disk, home: AbsPath) -> list[Adapter]:
    """Clients of the catalogue that have a file or a folder below the home folder."""
    return [a for a in CATALOGUE if any(_is_there(disk, home, r) for r in a.roots)]


def _is_there(disk: Disk, home: AbsPath, root: Any) -> bool:
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
