"""`/api/v1/sync`."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.access import Operator, Viewer
from api.errors import Missing, NotAllowed, NotSignedIn, Unaudited, documented
from api.features.sync import running, standing
from api.features.sync.shapes import Paused, Pausing, Resuming, SessionDetailShown, SessionShown, Status, StatusShown, Trigger, Triggered
from api.paging import AskedPart, Page
from api.services import Given

router = APIRouter(prefix="/api/v1/sync", tags=["sync"], responses=documented(NotSignedIn, NotAllowed, Missing, Unaudited))

Seconds = Annotated[float | None, Query(ge=0, le=1e11, description="Seconds since 1970.", examples=[1780000000.0])]


@router.get("/status", response_model=StatusShown)
def sync_status(person: Viewer, services: Given) -> dict[str, Any]:
    """How everything stands: targets, what waits, the latest events, and where the live stream goes on."""
    return standing.state(services)


@router.post("/trigger", response_model=Triggered)
def sync_trigger(person: Operator, services: Given, asked: Trigger | None = None) -> dict[str, Any]:
    """Reconcile now: capture, integrate, converge. With `dry_run` only say what that would do."""
    wanted = asked or Trigger()
    if wanted.dry_run:
        return running.rehearse(services, wanted.targets)
    return running.trigger(services, person.name, wanted.targets, wanted.reason)


@router.post("/pause", response_model=Paused)
def sync_pause(asked: Pausing, person: Operator, services: Given) -> dict[str, Any]:
    """Stop everything on this machine: nothing is captured or written until it is resumed."""
    return running.pause(services, person.name, asked.reason)


@router.post("/resume", response_model=Paused)
def sync_resume(person: Operator, services: Given, asked: Resuming | None = None) -> dict[str, Any]:
    """Go on after a pause: take in what changed meanwhile, and bring every client up to main."""
    return running.resume(services, person.name, asked.reason if asked else "")


@router.get("/sessions", response_model=Page[SessionShown])
def sync_sessions(
    person: Viewer,
    services: Given,
    paging: AskedPart,
    client: Annotated[str | None, Query(max_length=150, description="Only of this target.", examples=["laptop-1/codex/user"])] = None,
    status: Annotated[Status | None, Query(description="Only with this end.")] = None,
    since: Seconds = None,
    until: Seconds = None,
) -> dict[str, Any]:
    """Recorded passes, newest first. A pass that did nothing leaves no record."""
    asked = {"client": client, "status": status, "since": since, "until": until}
    rows, total, counts = services.sessions.search({k: str(v) for k, v in asked.items() if v is not None}, paging.limit, paging.offset)
    return paging.page([vars(row) for row in rows], total, {"status": counts})


@router.get("/sessions/{id}", response_model=SessionDetailShown)
def sync_session(id: Annotated[UUID, Path(examples=["0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3d"])], person: Viewer, services: Given) -> dict[str, Any]:
    """One recorded pass, with its events and artifacts."""
    found = services.sessions.one(str(id))
    if found is None:
        raise Missing(f"{id}: there is no such session")
    return {**vars(found.session), "events": list(found.events), "artifacts": list(found.artifacts)}
