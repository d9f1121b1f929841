"""The state of everything in one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from api.services import Services
from reconciler.errors import Retryable
from reconciler.ports.live import LiveEvent, Session
from reconciler.reconcile.report import pause_json

_EVENTS = 50


def state(services: Services) -> dict[str, Any]:
    events = services.live.latest(_EVENTS)  # first: what happens while we look is sent after this cursor
    view = services.board.view()
    targets = [c for c in view.clients if c["registered"]]
    newest, by_status = _recorded(services)
    holding = Counter(c["type"].lower() for t in targets for c in t["conditions"] if c["status"] == "True")
    kinds = Counter(i["kind"] for i in view.items)
    return {
        "head": view.head,
        "ready": bool(targets) and all(t["ready"] for t in targets) and not view.problems,
        "counts": {"targets": len(targets), "ready": 0, **holding},
        "sessions": dict(by_status),
        "last_run": newest[0].finished_at or newest[0].started_at if newest else None,
        "conflicts": kinds["conflict"],
        "approvals": kinds["held"],
        "targets": [_target(t) for t in targets],
        "proposed": list(view.proposed),
        "problems": list(view.problems),
        "events": [event_json(e) for e in events],
        "paused": pause_json(services.engines.brake().pulled()),
        "cursor": events[0].cursor if events else "0-0",
        "looked_at": view.at,
    }


def _recorded(services: Services) -> tuple[list[Session], Mapping[str, int]]:
    """The last recorded pass and how passes ended; nothing while the database is away: the state of the files is known without it."""
    try:
        newest, _, by_status = services.sessions.search({}, 1, 0)
    except Retryable:
        return [], {}
    return newest, by_status


def _target(row: Any) -> dict[str, Any]:
    kept = {key: row[key] for key in ("id", "type", "mode", "outcome", "ready", "synced_revision")}
    return {**kept, "conditions": [c["type"] for c in row["conditions"] if c["status"] == "True"]}


def event_json(event: LiveEvent) -> dict[str, Any]:
    return {"cursor": event.cursor, "kind": event.kind, "at": event.at, "payload": dict(event.payload)}
