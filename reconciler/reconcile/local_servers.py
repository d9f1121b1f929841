"""Servers that a client keeps in a file of its user for one folder alone.

Of a project they are a target of their own, ``<machine>/<client>/local:<name>``: they stand in another file than what the
project has for all, which takes no secret. Of any other folder they are shown as found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconciler.all_adapters import ADAPTERS
from reconciler.mapping.adapter import parse
from reconciler.mapping.of_folder import in_all_folders
from reconciler.model.names import RelPath
from reconciler.ports import Disk
from reconciler.reconcile.targets import Target, local_adapter

_HERE = RelPath("")


def with_real_folders(targets: Sequence[Target], disk: Disk) -> list[Target]:
    """The targets; those for one folder look for it by its real path, as clients write it."""
    return [_with_real_folder(t, disk) if t.local_to else t for t in targets]


def _with_real_folder(target: Target, disk: Disk) -> Target:
    real = disk.leads_to(target.folder, _HERE)
    return replace(target, adapter=local_adapter(target.client, real)) if real else target


def local_servers(disk: Disk, target: Target, targets: Sequence[Target]) -> Iterator[dict[str, str]]:
    """Servers that a client of the user keeps for folders of which none of ``targets`` is, with that folder."""
    adapter = None if target.folder else ADAPTERS[target.client].local
    if adapter is None:
        return
    found = {spec.path: disk.look(target.root, spec.path).data for spec in adapter.specs}
    docs = parse(adapter, {path: data for path, data in found.items() if data is not None}, {}, set()).docs
    known = {disk.leads_to(t.folder, _HERE) for t in targets if t.local_to and t.client == target.client}
    for folder, name in in_all_folders(adapter, docs):
        if folder not in known:
            yield {"client": target.client, "folder": folder, "entity": f"mcp/{name}"}
