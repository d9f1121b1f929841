"""What differs for a target, field by field: its own edits since it was synced, and what main has for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.mapping.adapter import held
from reconciler.model.fields import Config, changed_paths, dotted, nested
from reconciler.model.names import EntityId, shown
from reconciler.plan.local import local_config
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.observe import observe
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import problem_json
from reconciler.reconcile.targets import Target


def differences(engine: Reconciler, target: Target) -> dict[str, Any]:
    """``drift``: edits in the files; ``pending``: what main would change there. Secrets are masked in both."""
    agreed = agreement(engine.centre, target)
    main = engine.centre.in_force()[0]
    central = engine.centre.config(main, target) if main else {}
    seen = observe(engine.ports.disk, target, agreed.config, {**central, **agreed.config}, engine.local(target))
    problems = [problem_json(p, str(target.root)) for p in seen.problems]
    if seen.is_stalled:
        return {"id": target.id, "drift": [], "pending": [], "problems": problems}
    alone = {*seen.parsed.reading.unreadable, *seen.masked.exposed}
    local = local_config(target.adapter, seen.masked.config, agreed.config, central, alone)
    able = held(target.adapter, central).config
    here = {e: f for e, f in held(target.adapter, local.config).config.items() if e not in local.changed}
    skipped = {*local.changed, *alone, *(central.keys() - able.keys())}
    there = {e: f for e, f in able.items() if e not in skipped}
    here = {e: f for e, f in here.items() if e not in skipped}
    drift = list(changes(agreed.config, local.config, local.changed))
    pending = list(changes(here, there, sorted({**here, **there})))
    return {"id": target.id, "drift": drift, "pending": pending, "problems": problems}


def changes(before: Config, after: Config, entities: tuple[EntityId, ...] | list[EntityId]) -> Iterator[dict[str, Any]]:
    """One row a field that differs; a whole entity where it is new or gone."""
    for entity in entities:
        old, new = before.get(entity), after.get(entity)
        name, inner = shown(entity)
        if inner:
            if old != new:
                yield {"entity": name, "field": inner, "before": old is not None or None, "after": new is not None or None}
        elif old is None or new is None:
            if old != new:
                yield {"entity": name, "field": None, "before": old and nested(old), "after": new and nested(new)}
        else:
            for path in changed_paths(old, new):
                yield {"entity": name, "field": dotted(path), "before": old.get(path), "after": new.get(path)}
