"""`/api/v1/artifacts`."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response, StreamingResponse

from api.access import Admin, Viewer
from api.errors import Missing, NotAllowed, NotSignedIn, Unaudited, documented
from api.features.artifacts import kept
from api.features.artifacts.shapes import ArtifactGone, ArtifactShown, ArtifactType
from api.paging import AskedPart, Page
from api.services import Given

router = APIRouter(prefix="/api/v1/artifacts", tags=["artifacts"], responses=documented(NotSignedIn, NotAllowed, Missing, Unaudited))

_MEDIA = {"txt": "text/plain", "diff": "text/x-diff", "jsonl": "application/x-ndjson", "zip": "application/zip", "csv": "text/csv"}
_SENT = {media: {"schema": {"type": "string"}} for media in _MEDIA.values()}
ArtifactId = Annotated[UUID, Path(examples=["0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3e"])]


@router.get("", response_model=Page[ArtifactShown])
def list_artifacts(
    person: Viewer,
    services: Given,
    paging: AskedPart,
    type: Annotated[ArtifactType | None, Query(description="Only of this type.", examples=["export"])] = None,
    schedule: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z0-9-]*$", description="Only exports of this schedule.", examples=["nightly"])] = None,
    client: Annotated[str | None, Query(max_length=150, pattern=r"^[^\x00]*$", description="Only of this target's passes.", examples=["laptop-1/codex/user"])] = None,
) -> dict[str, Any]:
    """What passes and exports left, newest first, with checksums."""
    asked = {"type": type, "schedule": schedule, "client": client}
    rows, total = services.sessions.artifacts({k: v for k, v in asked.items() if v}, paging.limit, paging.offset)
    return paging.page([kept.shown(row) for row in rows], total)


@router.get("/{id}", response_class=Response, responses={200: {"content": _SENT}})
def artifact(id: ArtifactId, person: Viewer, services: Given) -> Response:
    """What a pass or an export left, as it was kept, of what is ours alone and without secrets. An export needs the role operator."""
    row, parts = kept.content(services, person, str(id))
    name = kept.name_of(row)
    return StreamingResponse(parts, media_type=_MEDIA[name.rpartition(".")[2]], headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.delete("/{id}", response_model=ArtifactGone)
def remove_artifact(
    id: ArtifactId,
    person: Admin,
    services: Given,
    reason: Annotated[str, Query(max_length=500, description="For the audit trail.")] = "",
) -> dict[str, Any]:
    """Remove an export before its schedule lets it go. What passes left goes by itself."""
    kept.remove(services, person, str(id), reason)
    return {"id": str(id)}
