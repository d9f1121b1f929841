"""What is asked about one client: its files, and what differs."""

from __future__ import annotations

from typing import Any, Literal

from api.diffs import files_of
from api.errors import Missing
from api.services import Services
from reconciler.reconcile.changed_by import last_changed
from reconciler.reconcile.differences import changes, sides
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.previews import diff_of
from reconciler.reconcile.targets import Target
from reconciler.reconcile.tree import tree


def target_named(engine: Reconciler, id_: str) -> Target:
    found = next((t for t in engine.targets() if t.id == id_), None)
    if found is None:
        raise Missing(f"{id_}: there is no such target")
    return found


def files(services: Services, id_: str) -> dict[str, Any]:
    engine = services.engines.looking()
    target = target_named(engine, id_)
    return {"id": target.id, "root": str(target.root), "files": tree(engine, target)}


def diff(services: Services, id_: str, kind: Literal["drift", "pending"]) -> dict[str, Any]:
    engine = services.engines.looking()
    target = target_named(engine, id_)
    found = sides(engine, target)
    if kind == "drift":
        old, new, entities = found.agreed, found.local, list(found.changed)
    else:
        old, new = found.here, found.there
        entities = sorted({**old, **new})
    rows = [{**row, "by": last_changed(engine, target, row["entity"], kind == "drift")} for row in changes(old, new, entities)]
    parsed = files_of(diff_of(engine, target, old, new))
    head = {"id": target.id, "kind": kind, "revision": engine.centre.main(), "fields": rows, "files": parsed}
    return {**head, "problems": list(found.problems), "counts": {"fields": len(rows), "files": len(parsed)}}


