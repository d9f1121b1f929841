"""The short way of `sync`: when no file, no reference and no secret changed since a pass that settled everything.

Imports next to nothing: this is what runs when there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler import __version__
from reconciler.deploy.clock import SystemClock
from reconciler.deploy.disk import LocalDisk
from reconciler.deploy.memory import FileMemory
from reconciler.model.names import AbsPath, RelPath
from reconciler.secrets.vault import open_vault
from reconciler.settings import Settings
from reconciler.store.address import remembered_address
from reconciler.store.refs import head_revision, refs_quick

_NAME = "last-pass"
_PREFIXES = ("refs/approvals/", "refs/heads/", "refs/policy/", "refs/reviews/", "refs/synced/")


def unchanged(settings: Settings) -> dict[str, Any] | None:
    """The report of the last pass when nothing it saw has changed, else None."""
    if settings.git_remote or remembered_address(settings.repository):
        return None  # others may have changed main: ask the remote
    last = FileMemory(settings.memory).load(_NAME)
    if "seen" not in last or last.get("version") != __version__ or last.get("world") != world(settings):
        return None
    disk = LocalDisk(settings.backups, SystemClock())
    seen: Any = last["seen"]
    same = all(_is_same(disk, AbsPath(root), files, folders) for root, (files, folders) in seen.items())
    return {"report": last["report"], "code": last["code"]} if same else None


def _is_same(disk: LocalDisk, root: AbsPath, files: Mapping[str, str | None], folders: Mapping[str, Any]) -> bool:
    return all(disk.look(root, RelPath(path)).digest == digest for path, digest in files.items()) and all(
        disk.names(root, RelPath(folder), suffix) == names for folder, (suffix, names) in folders.items()
    )


def remember(settings: Settings, report: Mapping[str, Any], code: int, seen: Mapping[str, Any]) -> None:
    """Keep what a pass saw (by root: digests of files, names in folders) and said. What it wrote and captured is not said again.

    Nothing is kept where the pass left something over: the next one is to tidy up.
    """
    if LocalDisk(settings.backups, SystemClock()).has_left_over():
        return forget(settings)
    quiet = {**report, "targets": [_quiet(t) for t in report["targets"]]}
    facts = {"version": __version__, "world": world(settings), "seen": seen, "report": quiet, "code": code}
    return FileMemory(settings.memory).save(_NAME, facts)


def forget(settings: Settings) -> None:
    FileMemory(settings.memory).save(_NAME, {})


def _quiet(target: Mapping[str, Any]) -> dict[str, Any]:
    outcome = "unchanged" if target["outcome"] in ("captured", "converged") else target["outcome"]
    return {**target, "outcome": outcome, "written": [], "corrected": []}


def world(settings: Settings) -> list[Any]:
    """Everything beside the clients' files that a pass depends on."""
    path = settings.repository
    refs = sorted(refs_quick(path, _PREFIXES).items()) if path.exists() else []
    generation = open_vault(settings.vault).generation()
    return [str(settings.home), head_revision(path) if path.exists() else None, [list(r) for r in refs], generation]
