"""What the commands about ignore rules do, as the values that they print."""

from __future__ import annotations

from typing import Any

from reconciler.cli.deciding import changed
from reconciler.reconcile import ignoring
from reconciler.reconcile.passes import Reconciler
from reconciler.settings import Settings
from reconciler.wiring import opened_to_look


def listed(settings: Settings) -> list[dict[str, Any]]:
    return _rows(opened_to_look(settings))


def add(settings: Settings, pattern: str, client: str | None, reason: str | None) -> dict[str, Any]:
    def work(engine: Reconciler) -> dict[str, Any]:
        head = ignoring.add(engine, pattern, client, reason)
        row = next(r for r in _rows(engine) if (r["match"], r["client"]) == (pattern, client))
        return {**row, "head": head}

    return changed(settings, work)


def remove(settings: Settings, pattern: str, client: str | None) -> dict[str, Any]:
    return changed(settings, lambda engine: {"match": pattern, "client": client, "head": ignoring.remove(engine, pattern, client)})


def _rows(engine: Reconciler) -> list[dict[str, Any]]:
    return [
        {"match": r.pattern, "client": r.client, "reason": r.reason, "in_force": r.is_in_force, "entities": r.entities, "fields": r.fields}
        for r in ignoring.rules(engine)
    ]
