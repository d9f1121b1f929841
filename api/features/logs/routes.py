"""`/api/v1/logs`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Viewer
from api.errors import NotAllowed, NotSignedIn, documented
from api.features.logs.shapes import Level, LogShown
from api.paging import AskedPart, Page
from api.services import Given

router = APIRouter(prefix="/api/v1/logs", tags=["logs"], responses=documented(NotSignedIn, NotAllowed))

Seconds = Annotated[float | None, Query(ge=0, le=1e11, description="Seconds since 1970.", examples=[1780000000.0])]
Text = r"^[^\x00]*$"


@router.get("", response_model=Page[LogShown])
def logs(
    person: Viewer,
    services: Given,
    paging: AskedPart,
    level: Annotated[Level | None, Query(description="Only of this level; without one, all but debug.")] = None,
    client: Annotated[str | None, Query(max_length=50, pattern=r"^[a-z0-9-]*$", description="Only of this client.", examples=["codex"])] = None,
    target: Annotated[str | None, Query(max_length=150, pattern=Text, description="Only of this target.", examples=["laptop-1/codex/user"])] = None,
    session: Annotated[str | None, Query(max_length=60, pattern=Text, description="Only of this pass.")] = None,
    text: Annotated[str | None, Query(max_length=100, pattern=Text, description="Only those that hold this text.")] = None,
    since: Seconds = None,
    until: Seconds = None,
) -> dict[str, Any]:
    """What the program said of itself, newest first."""
    asked = {"level": level, "client": client, "target": target, "session": session, "text": text, "since": since, "until": until}
    rows, total = services.logs.search({k: str(v) for k, v in asked.items() if v is not None}, paging.limit, paging.offset)
    return paging.page([{**vars(row), "fields": dict(row.fields)} for row in rows], total)
