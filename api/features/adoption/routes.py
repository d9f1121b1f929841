"""`/api/v1/adoption`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Admin, Viewer
from api.errors import NotAllowed, NotSignedIn, Stale, Unaudited, documented
from api.features.adoption import adopting
from api.features.adoption.shapes import Acceptance, Accepted, PlanShown
from api.services import Given

router = APIRouter(prefix="/api/v1/adoption", tags=["adoption"], responses=documented(NotSignedIn, NotAllowed, Stale, Unaudited))


@router.get("", response_model=PlanShown)
def adoption(
    person: Viewer,
    services: Given,
    prefer: Annotated[
        str | None, Query(pattern=r"^[a-z][a-z0-9-]{0,40}$", description="Settle every conflict of adoption for this client.", examples=["claude"])
    ] = None,
) -> dict[str, Any]:
    """The clients found on this machine, and what accepting would do to each: there before there is a repository. Nothing is written."""
    return adopting.plan(services, prefer)


@router.post("", response_model=Accepted)
def accept_adoption(asked: Acceptance, person: Admin, services: Given) -> dict[str, Any]:
    """Accept the plan that was shown: make the repository, take in what the clients hold, write what the plan said."""
    return adopting.accept(services, person.name, asked.plan, asked.prefer, asked.reason)
