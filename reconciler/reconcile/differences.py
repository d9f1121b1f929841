"""What differs for a target, field by field: its own edits since it was synced, and what main has for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.mapping.adapter import held
from reconciler.mapping.ignoring import NOTHING
from reconciler.model.fields import Config, changed_paths, dotted, nested
from reconciler.model.names import EntityId, shown
from reconciler.plan.local import local_config
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.branches import waiting_config
from reconciler.reconcile.observe import observe
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import problem_json
from reconciler.reconcile.targets import Target


@dataclass(frozen=True)
class Sides:
    """Two pairs of configs: ``agreed`` became ``local`` in the files; ``here`` would become ``there`` by main."""

    agreed: Config
    local: Config
    changed: tuple[EntityId, ...]
    here: Config
    there: Config
    problems: tuple[dict[str, Any], ...]


def sides(engine: Reconciler, target: Target) -> Sides:
    """What differs for a target, as whole configs with secrets masked. Empty where its files cannot be read."""
    agreed = agreement(engine.centre, target)
    main = engine.centre.in_force()[0]
    central = engine.centre.config(main, target) if main else {}
    expected = {**central, **agreed.config, **waiting_config(engine.centre, target)}
    ignoring = engine.centre.ignoring(main, target) if main else NOTHING
    seen = observe(engine.ports.disk, target, agreed.config, expected, engine.local(target), ignoring)
    problems = tuple(problem_json(p, str(target.root)) for p in seen.problems)
    if seen.is_stalled:
        return Sides({}, {}, (), {}, {}, problems)
    withheld = engine.centre.withheld(main, target) if main else ()
    alone = {*seen.left_alone(agreed.config, central), *withheld}
    local = local_config(target.adapter, seen.masked.config, agreed.config, central, alone, ignoring)
    able = held(target.adapter, central).config
    here = {e: f for e, f in held(target.adapter, local.config).config.items() if e not in local.changed}
    skipped = {*local.changed, *alone, *(central.keys() - able.keys()), *ignoring.left_alone(central, seen.parsed.reading.config)}
    there = {e: ignoring.laid(e, f, here.get(e, {})) for e, f in able.items() if e not in skipped}
    here = {e: f for e, f in here.items() if e not in skipped}
    return Sides(agreed.config, local.config, local.changed, here, there, problems)


def differences(engine: Reconciler, target: Target) -> dict[str, Any]:
    """``drift``: edits in the files; ``pending``: what main would change there. Secrets are masked in both."""
    found = sides(engine, target)
    drift = list(changes(found.agreed, found.local, found.changed))
    pending = list(changes(found.here, found.there, sorted({**found.here, **found.there})))
    return {"id": target.id, "drift": drift, "pending": pending, "problems": list(found.problems)}


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
