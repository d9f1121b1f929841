"""`/api/v1/history`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Operator, Viewer
from api.errors import Missing, NotAllowed, NotSignedIn, Stale, Unaudited, documented
from api.features.history import commits
from api.features.history.shapes import CommitDetail, CommitShown, Revert, Reverted
from api.names import RevisionName
from api.paging import AskedPart, Page
from api.services import Given
from reconciler.reconcile.searching import Filter

router = APIRouter(prefix="/api/v1/history", tags=["history"], responses=documented(NotSignedIn, NotAllowed, Missing, Stale, Unaudited))

Seconds = Annotated[float | None, Query(ge=0, le=1e11, description="Seconds since 1970.", examples=[1780000000.0])]


@router.get("", response_model=Page[CommitShown])
def list_history(
    person: Viewer,
    services: Given,
    paging: AskedPart,
    entity: Annotated[str, Query(max_length=200, description="Only commits that changed it; * is any text.", examples=["mcp/github"])] = "",
    field: Annotated[str, Query(max_length=200, description="Only commits that changed this field of it.", examples=["args"])] = "",
    client: Annotated[str, Query(max_length=50, description="Only changes that came from this client.", examples=["codex"])] = "",
    author: Annotated[str, Query(max_length=100, description="Only by this person or client.", examples=["ann"])] = "",
    path: Annotated[str | None, Query(max_length=300, description="Only those that changed this file of the repository.")] = None,
    conflict: Annotated[bool, Query(description="Only those that settled a conflict.")] = False,
    since: Seconds = None,
    until: Seconds = None,
    q: Annotated[str, Query(max_length=100, description="Only those whose message holds this text.")] = "",
) -> dict[str, Any]:
    """What landed on main, newest first, with trailers."""
    wanted = Filter(entity=entity, field=field, client=client, person=author, since=since, until=until, is_conflict=conflict, path=path)
    return commits.search(services, wanted, q, paging)


@router.get("/{rev}", response_model=CommitDetail)
def commit(rev: RevisionName, person: Viewer, services: Given) -> dict[str, Any]:
    """One commit: message, each field that it changed, and its diff. What looks like a secret is hidden."""
    return commits.detail(services, rev)


@router.post("/{rev}/revert", response_model=Reverted)
def revert_commit(rev: RevisionName, person: Operator, services: Given, asked: Revert | None = None) -> dict[str, Any]:
    """Take a commit back by a new one, then reconcile every client. With `dry_run` only say what that would write."""
    wanted = asked or Revert()
    if wanted.dry_run:
        return commits.rehearse(services, rev)
    return commits.revert(services, person, rev, wanted.base_revision, wanted.reason)
