"""The use-cases of a first run. What is accepted is what was shown, or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from api.audited import audited
from api.errors import Stale
from api.reviews import client_preview
from api.services import Services
from reconciler.errors import Stalled
from reconciler.reconcile import conflicts
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.previews import previewed
from reconciler.reconcile.report import item_json, pass_json
from reconciler.reconcile.starting import Started, found_targets, start, started_json

_NAMED_BY = 16


def plan(services: Services, prefer: str | None) -> dict[str, Any]:
    """What adopting the clients of this machine would do; nothing is written."""
    engine = services.engines.looking()
    head = {"is_adopted": bool(engine.targets()), "machine": engine.ports.machine}
    found = found_targets(engine)
    names = {target.id: target.adapter.title for target in found}
    done: list[Started] = []

    def act(engine: Reconciler) -> Pass:
        done.append(start(engine, services.engines.template(), prefer))
        return done[0].result

    previews = [client_preview(one) for one in previewed(engine, act, found)]
    would = started_json(engine, done[0].result, is_accepted=False)
    clients = [{**t, "name": names[t["id"]]} for t in would["targets"] if t["id"] in names]
    body = {"clients": clients, "previews": previews, "conflicts": would["conflicts"], "written": would["written"], "as_found": _servers(would)}
    return {**head, "plan": _name(body), **body}


def _servers(would: Mapping[str, Any]) -> list[dict[str, str]]:
    return [row for row in would["as_found"] if "entity" in row]


def _name(body: Mapping[str, Any]) -> str:
    """Follows from all that would be done, not from when it is asked: times are left out."""
    said = {**body, "conflicts": [item["id"] for item in body["conflicts"]]}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:_NAMED_BY]


def accept(services: Services, person: str, seen: str, prefer: str | None, reason: str) -> dict[str, Any]:
    """Do what the plan said: register every client, take in what they hold, bring them all up to it."""
    now = plan(services, prefer)
    if now["is_adopted"]:
        raise Stalled("this machine has accepted a plan already; POST /api/v1/clients registers another client")
    if now["plan"] != seen:
        raise Stale("the clients' files have changed since this plan was made; look at it again")
    targets = [row["id"] for row in now["clients"]]
    about = (person, "adoption.accept", now["machine"], None, {"targets": targets, "prefer": prefer}, reason)
    with audited(services, *about), services.engines.adopting(person) as engine:
        if engine.targets():
            raise Stale("somebody else has accepted a plan at this moment; look again")
        result = start(engine, services.engines.template(), prefer).result
        waiting = [item_json(item) for item in conflicts.waiting(engine, "conflict")]
    services.board.forget()
    services.live.publish("adoption.accept", {"target": now["machine"], "person": person})
    return {**pass_json(result), "conflicts": waiting}
