"""What is done to one client: registered, given a mode, suspended, let go."""

from __future__ import annotations

from typing import Any

from api.audited import changing
from api.errors import Missing, Stale
from api.services import Services
from reconciler.errors import Stalled
from reconciler.reconcile.leaving import leave
from reconciler.reconcile.starting import set_modes
from reconciler.reconcile.targets import adapter_named


def register(services: Services, person: str, client: str, mode: str, reason: str) -> str:
    """The id of the new target."""
    adapter = adapter_named(client)
    engine = services.engines.looking()
    id_ = f"{engine.ports.machine}/{client}/user"
    if any(t.id == id_ for t in engine.targets()):
        raise Stalled(f"{id_}: it is registered already; PATCH changes its mode")
    detail = {"mode": mode, "by": person} | ({"reason": reason} if reason else {})
    with changing(services, person, "clients.register", id_, None, {"mode": mode}, reason) as changed:
        if set_modes(changed, {f"{adapter.client}/user": detail}, "Register") is None:
            raise Stalled("there is no repository yet; run `reconciler init`")
        changed.run(changed.targets())
    return id_


def change(services: Services, person: str, id_: str, detail: dict[str, str], base: str | None) -> None:
    """Give a target a mode. What ``base`` said of its mode must still be so."""
    engine = services.engines.looking()
    target = next((t for t in engine.targets() if t.id == id_), None)
    if target is None:
        raise Missing(f"{id_}: there is no such target")
    _still(services, id_, base, target.mode)
    with changing(services, person, "clients.mode", id_, {"mode": target.mode, **target.detail}, detail, detail.get("reason", "")) as changed:
        set_modes(changed, {f"{target.client}/{target.scope}": {**detail, "by": person}}, "Suspend" if detail["mode"] == "suspended" else "Set mode of")
        changed.run(changed.targets())


def _still(services: Services, id_: str, base: str | None, mode: str) -> None:
    if base is None:
        return
    engine = services.engines.looking()
    seen = modes_at(engine, base)
    if seen.get(id_) != mode:
        raise Stale(f"{id_}: its mode is {mode} now; look again")


def modes_at(engine: Any, base: str) -> dict[str, str]:
    from reconciler.reconcile.targets import registered

    revision = engine.ports.store.read(base).revision
    return {t.id: t.mode for t in registered(engine.ports.store.files(revision), engine.ports.machine, engine.ports.home)}


def let_go(services: Services, person: str, id_: str, reason: str) -> str | None:
    """The client keeps its files as they are; it is no longer looked at."""
    engine = services.engines.looking()
    target = next((t for t in engine.targets() if t.id == id_), None)
    if target is None:
        raise Missing(f"{id_}: there is no such target")
    with changing(services, person, "clients.remove", id_, {"mode": target.mode}, None, reason) as changed:
        return leave(changed, target)
