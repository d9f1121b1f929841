"""`/api/v1/gaps`."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Admin, Viewer
from api.approving import approves
from api.audited import changing
from api.errors import NotAllowed, NotSignedIn, Unaudited, documented
from api.features.gaps.shapes import GapAcceptance, GapAccepted, GapShown
from api.paging import Asked, Page
from api.services import Given
from reconciler.reconcile import gaps

router = APIRouter(prefix="/api/v1/gaps", tags=["gaps"], responses=documented(NotSignedIn, NotAllowed, Unaudited))

_FIELDS: dict[str, Callable[[dict[str, Any]], Any]] = {name: itemgetter(name) for name in ("client", "entity", "field", "accepted")}


@router.get("", response_model=Page[GapShown])
def list_gaps(
    person: Viewer,
    services: Given,
    paging: Asked,
    client: Annotated[str | None, Query(max_length=50, description="Only of this client.", examples=["codex"])] = None,
    accepted: Annotated[bool | None, Query(description="Only those that are, or are not, accepted.")] = None,
) -> dict[str, Any]:
    """What clients cannot hold of what they should."""
    asked = {"client": client, "accepted": accepted}
    rows = [g for g in gaps.gaps(services.engines.looking()) if all(v is None or g[k] == v for k, v in asked.items())]
    return paging.cut(rows, _FIELDS, ("client", "accepted"))


@router.post("/accept", response_model=GapAccepted)
def accept_gap(asked: GapAcceptance, person: Admin, services: Given) -> dict[str, Any]:
    """Accept a gap: it is taken out of Ready and of exit codes, and stays in the list. A change of the policy, which may wait for an approver."""
    known = gaps.gaps(services.engines.looking())
    after = {"entity": asked.entity, "client": asked.client}
    with changing(services, person.name, "policy.accept_gap", asked.entity, None, after, asked.reason, approves(services, person)) as engine:
        head = gaps.accept(engine, known, asked.entity, asked.client, asked.reason)
    return {**after, "reason": asked.reason, "head": head}
