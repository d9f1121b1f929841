"""`/api/v1/export`."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response, StreamingResponse

from api.access import Admin, Operator, Viewer
from api.audited import audited
from api.errors import CREATED, Malformed, Missing, NotAllowed, NotSignedIn, Unaudited, documented
from api.features.artifacts.shapes import ArtifactShown
from api.features.export import schedules
from api.features.export.shapes import NewSchedule, ScheduleGone, ScheduleShown, Times
from api.features.logs.shapes import Level
from api.paging import Asked, Page
from api.services import Given
from reconciler.reconcile.exports import Form, Wanted, What, exported

router = APIRouter(prefix="/api/v1/export", tags=["export"], responses=documented(NotSignedIn, NotAllowed, Missing, Unaudited))

_MEDIA = {"zip": "application/zip", "jsonl": "application/x-ndjson", "csv": "text/csv"}
_SENT: dict[str, Any] = {_MEDIA["zip"]: {"schema": {"type": "string", "format": "binary"}}, **{_MEDIA[f]: {"schema": {"type": "string"}} for f in ("jsonl", "csv")}}
_FIELDS: dict[str, Callable[[dict[str, Any]], Any]] = {name: itemgetter(name) for name in ("name", "what", "next_run")}
Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", examples=["nightly"])]
Seconds = Annotated[float | None, Query(ge=0, le=1e11, description="Of logs and audit: seconds since 1970.", examples=[1780000000.0])]
Text = Annotated[str | None, Query(max_length=150, pattern=r"^[^\x00]*$", description="Of logs and audit: only those that hold this text.")]


@router.get("", response_class=Response, responses={200: {"content": _SENT}})
def export(
    person: Operator,
    services: Given,
    what: Annotated[What, Query(description="The repository's files, one client's files, commits, the program's log, or the audit trail.")] = "configs",
    client: Annotated[
        str, Query(max_length=150, pattern=r"^[^\x00]*$", description="Which target, with `what=client`; of logs, only this client's.", examples=["laptop-1/codex/user"])
    ] = "",
    format: Annotated[Form | None, Query(description="Left out: zip for files, jsonl (JSON lines) for rows.")] = None,
    level: Annotated[Level | None, Query(description="Of logs: only of this level.")] = None,
    since: Seconds = None,
    until: Seconds = None,
    text: Text = None,
) -> Response:
    """Take it away, as a stream. What looks like a secret is hidden; in CSV a text that a spreadsheet would run gets a quote before it."""
    if what == "client" and not client:
        raise Malformed("name the client whose files are wanted")
    asked = {"since": since, "until": until, "text": text} | ({"level": level, "client": client or None} if what == "logs" else {})
    wanted = Wanted(what, client, format, {k: str(v) for k, v in asked.items() if v is not None})
    with audited(services, person.name, "export", client if what == "client" else what):
        parts = exported(services.exporting.sources, wanted)
    name = f"reconciler-{what}.{wanted.ending}"
    return StreamingResponse(parts, media_type=_MEDIA[wanted.ending], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/schedules", response_model=Page[ScheduleShown])
def list_schedules(person: Viewer, services: Given, paging: Asked) -> dict[str, Any]:
    """Exports that are made now and then, with when each is due and what it has left."""
    return paging.cut(schedules.schedules(services), _FIELDS)


@router.post("/schedules", response_model=ScheduleShown, status_code=CREATED)
def add_schedule(asked: NewSchedule, person: Admin, services: Given) -> dict[str, Any]:
    """Export something now and then; a commit to `reconciler.yaml`."""
    return schedules.put(services, person.name, asked.name, asked, is_new=True)


@router.get("/schedules/{name}", response_model=ScheduleShown)
def schedule(name: Name, person: Viewer, services: Given) -> dict[str, Any]:
    """One schedule."""
    return schedules.one(services, name)


@router.put("/schedules/{name}", response_model=ScheduleShown)
def change_schedule(name: Name, asked: Times, person: Admin, services: Given) -> dict[str, Any]:
    """Put another schedule in its place."""
    return schedules.put(services, person.name, name, asked, is_new=False)


@router.delete("/schedules/{name}", response_model=ScheduleGone)
def remove_schedule(
    name: Name, person: Admin, services: Given, reason: Annotated[str, Query(max_length=500, description="For the audit trail.")] = ""
) -> dict[str, Any]:
    """Export it no more. What it has made stays until it is removed by hand."""
    return {"name": name, "revision": schedules.remove(services, person.name, name, reason)}


@router.post("/schedules/{name}/run", response_model=ArtifactShown, status_code=CREATED)
def run_schedule(name: Name, person: Operator, services: Given) -> dict[str, Any]:
    """Make one now; the next one is due counted from now."""
    return schedules.make(services, person.name, name)
