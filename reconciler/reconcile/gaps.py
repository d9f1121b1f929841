"""What clients cannot hold, and a person who says that this is meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reconciler.errors import Stalled
from reconciler.model.names import Revision
from reconciler.reconcile import settings_edits
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import dropped_json, is_accepted


def gaps(engine: Reconciler) -> list[dict[str, Any]]:
    """Every gap of every target, by a pass on doors that write nothing."""
    accepted = engine.centre.accepted_gaps()
    return [
        {"client": t.target.client, **dropped_json(d), "accepted": is_accepted(d, t.target.client, accepted)}
        for t in engine.run(engine.targets()).targets
        for d in t.dropped
        if d.why == "gap"
    ]


def accept(engine: Reconciler, known: list[dict[str, Any]], entity: str, client: str, reason: str) -> Revision:
    """Take a gap, one of ``known``, out of Ready and of exit codes. ``entity`` may name one field. Raises ``Stalled`` for what is no gap."""
    of_client = [g for g in known if g["client"] == client]
    if not any(entity in (g["entity"], f"{g['entity']}.{g['field']}") for g in of_client):
        raise Stalled(f"{entity}: {client} has no such gap; see `reconciler gap list`")
    name, _, field = entity.partition(".") if not any(g["entity"] == entity for g in of_client) else (entity, "", "")
    now = datetime.fromtimestamp(engine.ports.clock.now(), UTC).strftime("%Y-%m-%d")
    item = {"entity": name, **({"field": field} if field else {}), "client": client, "reason": reason, "by": engine.ports.person, "at": now}
    return settings_edits.add_to(engine, "accepted_gaps", item, f"Accept the gap {entity} in {client}")
