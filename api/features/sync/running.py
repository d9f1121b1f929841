"""A pass on demand, for real or on doors that write nothing."""

from __future__ import annotations

from typing import Any

from api.audited import audited, changing
from api.reviews import client_preview
from api.services import Services
from reconciler.ports.brake import Pause
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.previews import previewed
from reconciler.reconcile.report import pass_json, pause_json
from reconciler.reconcile.targets import named


def trigger(services: Services, person: str, names: list[str], reason: str) -> dict[str, Any]:
    wanted = [t.id for t in named(services.engines.looking().targets(), names)]
    with changing(services, person, "sync.trigger", ", ".join(names) or "all", None, {"targets": wanted}, reason) as engine:
        result = engine.run(named(engine.targets(), names))
    return {**pass_json(result), "dry_run": False}


def rehearse(services: Services, names: list[str]) -> dict[str, Any]:
    """What a pass would do, and what it would write to each client."""
    done: list[Pass] = []

    def act(engine: Reconciler) -> Pass:
        done.append(engine.run(named(engine.targets(), names)))
        return done[0]

    engine = services.engines.looking()
    head = engine.centre.main()
    previews = [client_preview(one) for one in previewed(engine, act)]
    return {**pass_json(done[0]), "head": head, "dry_run": True, "previews": previews}


def pause(services: Services, person: str, reason: str) -> dict[str, Any]:
    """Stop everything on this machine: no pass begins any more."""
    pulled = Pause(person, reason, services.clock.now())
    brake = services.engines.brake()
    with audited(services, person, "sync.pause", "all", pause_json(brake.pulled()), pause_json(pulled), reason):
        brake.pull(pulled)
    return _told(services, person, "sync.pause")


def resume(services: Services, person: str, reason: str) -> dict[str, Any]:
    brake = services.engines.brake()
    with audited(services, person, "sync.resume", "all", pause_json(brake.pulled()), None, reason):
        brake.release()
    return _told(services, person, "sync.resume")


def _told(services: Services, person: str, action: str) -> dict[str, Any]:
    services.board.forget()
    services.live.publish(action, {"target": "all", "person": person})
    return {"paused": pause_json(services.engines.brake().pulled())}
