"""`/api/v1/share` and `/api/v1/keep-local`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from api.access import Operator, Person
from api.approving import approves
from api.audited import changing
from api.errors import Malformed, NotAllowed, NotSignedIn, Stale, Unaudited, documented
from api.features.sharing.shapes import Moved, Moving, Sharing
from api.reviews import client_preview
from api.services import Given, Services
from reconciler.reconcile import sharing
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.previews import previewed
from reconciler.reconcile.report import pass_json
from reconciler.reconcile.sharing import Shared
from reconciler.reconcile.sharing_report import shared_json

router = APIRouter(prefix="/api/v1", tags=["sharing"], responses=documented(Malformed, NotSignedIn, NotAllowed, Stale, Unaudited))

Move = Callable[[Reconciler], Shared]


@router.post("/share", response_model=Moved)
def share(asked: Sharing, person: Operator, services: Given) -> dict[str, Any]:
    """Give to everybody what one client, machine or project has. What is risky in it waits for an approver.

    `local` gives to the project that it names what a client on this machine keeps for that project's folder alone.
    """
    if asked.local is not None and (asked.machine or asked.project):
        raise Malformed("local is on this machine, and goes to the project that it names: leave machine and project out")

    def move(engine: Reconciler) -> Shared:
        if asked.local is not None:
            return sharing.share_local(engine, asked.entities, asked.local, asked.client, True)
        if asked.project is not None:
            return sharing.share_project(engine, asked.entities, asked.project, True)
        return sharing.share(engine, asked.entities, asked.client, asked.machine, True)

    return _moved(services, person, "sharing.share", asked, move)


@router.post("/keep-local", response_model=Moved)
def keep_local(asked: Moving, person: Operator, services: Given) -> dict[str, Any]:
    """Keep for one client, machine (this one, if nothing is said) or project what all have: the others lose it."""

    def move(engine: Reconciler) -> Shared:
        if asked.project is not None:
            return sharing.keep_in_project(engine, asked.entities, asked.project, True)
        return sharing.keep_local(engine, asked.entities, asked.client, asked.machine, True)

    return _moved(services, person, "sharing.keep_local", asked, move)


def _moved(services: Services, person: Person, action: str, asked: Moving, move: Move) -> dict[str, Any]:
    if asked.project is not None and (asked.client or asked.machine):
        raise Malformed("project takes all layers of it along: leave client and machine out")
    if asked.dry_run:
        return _rehearsed(services.engines.looking(), move)
    layers = asked.model_dump(include={"client", "machine", "project", "local"})
    with changing(services, person.name, action, ", ".join(asked.entities), None, layers, asked.reason, approves(services, person)) as engine:
        main = str(engine.centre.main() or "")
        if asked.base_revision is not None and not main.startswith(asked.base_revision):
            raise Stale(f"main has moved since {asked.base_revision}; look again")
        done = move(engine)
        return {**shared_json(done), **pass_json(engine.run(engine.targets())), "dry_run": False}


def _rehearsed(engine: Reconciler, move: Move) -> dict[str, Any]:
    """What it would write to each client. ``head`` is main as it was looked at: what a move is then asked for with."""
    head = engine.centre.main()
    told: dict[str, Any] = {}

    def act(engine: Reconciler) -> Pass:
        told.update(shared_json(move(engine)))
        result = engine.run(engine.targets())
        told.update(pass_json(result))
        return result

    previews = [client_preview(one) for one in previewed(engine, act)]
    return {**told, "head": head, "dry_run": True, "previews": previews}
