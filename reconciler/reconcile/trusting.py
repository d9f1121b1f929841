"""Whether a client takes what stands in a project's files, or waits for its person to trust the folder."""

from __future__ import annotations

from reconciler.model.names import AbsPath, RelPath
from reconciler.ports import Disk
from reconciler.reconcile.targets import Target


def awaited(disk: Disk, home: AbsPath, target: Target) -> str:
    """What waits for the person's trust; empty when nothing does."""
    trust = target.adapter.trust
    if trust is None:
        return ""
    folders = (target.root, disk.leads_to(target.root, RelPath("")) or target.root)
    is_given = trust.is_given(disk.look(home, trust.path).data, folders)
    return "" if is_given else f"{trust.until_then} until this folder is trusted: start {target.client} there, and accept"
