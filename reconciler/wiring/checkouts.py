"""Checkouts of a central repository, which need not be this machine's: read and compared in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.deploy.dry_memory import DryMemory
from reconciler.deploy.memory import FileMemory
from reconciler.model.names import Revision
from reconciler.ports import Author
from reconciler.reconcile.centre import Centre
from reconciler.settings import Settings
from reconciler.store.checkout import compared, working_files
from reconciler.store.dry import DryStore


@dataclass(frozen=True)
class Proposal:
    """A checkout and what it is compared with, as two revisions in memory. ``base`` is the real one, None: there is none."""

    centre: Centre
    before: Revision
    after: Revision
    name: str
    base: Revision | None


def proposal(settings: Settings, folder: Path, against: str | None) -> Proposal:
    """Read a checkout. Nothing of this machine is needed, and nothing is written."""
    store, nobody = DryStore(None), Author("", "", 0.0)
    with_it = compared(folder, against, settings.base_branch)
    before = store.commit(None, with_it.files or {}, [], "before", nobody)
    after = store.commit(before, _difference(with_it.files or {}, working_files(folder)), [before], "after", nobody)
    return Proposal(Centre(store, DryMemory(FileMemory(settings.memory))), before, after, with_it.name, with_it.base)


def checkout_files(folder: Path) -> Mapping[str, bytes]:
    """Every file of a checkout."""
    return working_files(folder)


def _difference(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes | None]:
    return {path: after.get(path) for path in {**before, **after} if before.get(path) != after.get(path)}
