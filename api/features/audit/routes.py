"""`/api/v1/audit`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Operator
from api.errors import NotAllowed, NotSignedIn, documented
from api.features.audit.shapes import AuditShown
from api.paging import AskedPart, Page
from api.services import Given

router = APIRouter(prefix="/api/v1/audit", tags=["audit"], responses=documented(NotSignedIn, NotAllowed))

Seconds = Annotated[float | None, Query(ge=0, le=1e11, description="Seconds since 1970.", examples=[1780000000.0])]


@router.get("", response_model=Page[AuditShown])
def audit(
    person: Operator,
    services: Given,
    paging: AskedPart,
    actor: Annotated[str | None, Query(max_length=50, description="Only by this person.", examples=["ann"])] = None,
    action: Annotated[str | None, Query(max_length=50, description="Only this action.", examples=["conflicts.resolve"])] = None,
    target: Annotated[str | None, Query(max_length=200, description="Only on this thing.")] = None,
    text: Annotated[str | None, Query(max_length=100, description="Only those that hold this text.")] = None,
    since: Seconds = None,
    until: Seconds = None,
) -> dict[str, Any]:
    """The audit trail, newest first."""
    asked = {"actor": actor, "action": action, "target": target, "text": text, "since": since, "until": until}
    rows, total = services.audit.search({k: str(v) for k, v in asked.items() if v is not None}, paging.limit, paging.offset)
    return paging.page([{**vars(row), "details": dict(row.details)} for row in rows], total)
