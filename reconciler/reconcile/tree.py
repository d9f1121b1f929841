"""The files of a target: which are there, and which entities stand in each. Never their contents."""

from __future__ import annotations

from typing import Any

from reconciler.mapping.documents import FolderSpec
from reconciler.model.names import kind_of, shown
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.next_start import takes_effect_of
from reconciler.reconcile.observe import observe
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target


def tree(engine: Reconciler, target: Target) -> list[dict[str, Any]]:
    """One row a file, in the order of the adapter."""
    agreed = agreement(engine.centre, target).config
    seen = observe(engine.ports.disk, target, agreed, agreed, engine.local(target))
    names: dict[str, list[str]] = {}
    for entity, place in seen.parsed.reading.places.items():
        names.setdefault(str(place), []).append(".".join(part for part in shown(entity) if part))
    problems = {p.file: f"{p.line}:{p.column}: {p.reason}" for p in reversed(seen.problems)}
    rows = []
    for path, found in seen.seen.files.items():
        here = names.get(str(path), [])
        kinds = sorted({kind_of(e) for e, place in seen.parsed.reading.places.items() if place == path})
        size = None if found.data is None else len(found.data)
        row: dict[str, Any] = {"path": str(path), "takes_effect": takes_effect_of(target, path), "kinds": kinds, "exists": found.data is not None, "size_bytes": size, "digest": found.digest}
        rows.append({**row, "problem": problems.get(str(path)), "entities": sorted(here)})
    rows += [_folder(spec) for spec in target.adapter.specs if isinstance(spec, FolderSpec) and seen.seen.folders.get(spec.path) is None]
    return rows


def _folder(spec: FolderSpec) -> dict[str, Any]:
    """A folder that is not there yet."""
    return {"path": f"{spec.path}/", "takes_effect": spec.takes_effect.by_kind(), "kinds": [], "exists": False, "size_bytes": None, "digest": None, "problem": None, "entities": []}
