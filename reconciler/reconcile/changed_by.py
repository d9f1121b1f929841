"""Who changed an entity last: in a target's files, or on main."""

from __future__ import annotations

from typing import Any

from reconciler.model.names import TOOLS, EntityId, kind_of
from reconciler.model.results import Side
from reconciler.reconcile.last_change import last_change
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import side_json
from reconciler.reconcile.targets import Target


def last_changed(engine: Reconciler, target: Target, name: str, is_local: bool) -> dict[str, Any]:
    """The side of an entity as people name it. What stands in a file only has no commit and no time yet."""
    if is_local:
        return side_json(Side(target.id, f"{target.adapter.title} on {target.machine}", target.machine))
    main = engine.centre.in_force()[0]
    paths = _paths(engine, target, name) if main else []
    return side_json(last_change(engine.ports.store, main, paths[-1]) if main and paths else Side(revision=main or ""))


def _paths(engine: Reconciler, target: Target, name: str) -> list[str]:
    """The files that give the entity its value, the last one last; of allowed tools any file that holds one."""
    main = engine.centre.in_force()[0]
    layers = engine.centre.repository(main).layers if main else {}
    found: list[str] = []
    for layer in target.layers:
        for entity, pieces in layers.get(layer, {}).items():
            if entity == EntityId(name) or (name == "tools/default" and kind_of(entity) == TOOLS):
                found += [p.path for p in pieces]
    return found
