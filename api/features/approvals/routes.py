"""`/api/v1/approvals`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api import reviews
from api.access import Approver, Person, Viewer
from api.errors import Missing, NotAllowed, NotSignedIn, Stale, Unaudited, documented
from api.features.approvals.shapes import Reasoned, Verdict
from api.names import ItemId
from api.paging import Asked, Page
from api.reviews import FIELDS, Decided, ItemDetail, ItemShown, OfClient, OfEntity, OfTarget, WithPreviews
from api.services import Given, Services
from reconciler.reconcile.conflicts import Choice

router = APIRouter(prefix="/api/v1/approvals", tags=["approvals"], responses=documented(NotSignedIn, NotAllowed, Missing, Stale, Unaudited))

_APPROVE, _REJECT = Choice("local"), Choice("central")


@router.get("", response_model=Page[ItemShown])
def list_approvals(
    person: Viewer,
    services: Given,
    paging: Asked,
    target: OfTarget = None,
    client: OfClient = None,
    entity: OfEntity = None,
) -> dict[str, Any]:
    """What is held: `local` is the proposal, `central` what stands, `reason` the risk."""
    return paging.cut(reviews.listed(services, "held", target, entity, client), FIELDS, ("target", "entity"))


@router.get("/{id}", response_model=ItemDetail)
def approval(id: ItemId, person: Viewer, services: Given, previews: WithPreviews = True) -> dict[str, Any]:
    """One held change, and what approving and rejecting it would write."""
    return reviews.detail(services, "held", id, previews)


@router.post("/{id}/resolve", response_model=Decided)
def resolve_approval(id: ItemId, asked: Verdict, person: Approver, services: Given) -> dict[str, Any]:
    """Approve or reject a held change."""
    choice = _APPROVE if asked.decision == "approve" else _REJECT
    return reviews.decide(services, person, "held", [id], choice, asked.all, asked.base_revision, asked.reason)


@router.post("/{id}/approve", response_model=Decided)
def approve(id: ItemId, person: Approver, services: Given, asked: Reasoned | None = None) -> dict[str, Any]:
    """Let exactly what was shown land."""
    return _decide(services, person, id, _APPROVE, asked)


@router.post("/{id}/reject", response_model=Decided)
def reject(id: ItemId, person: Approver, services: Given, asked: Reasoned | None = None) -> dict[str, Any]:
    """Refuse it: its client gets back what main has."""
    return _decide(services, person, id, _REJECT, asked)


def _decide(services: Services, person: Person, id_: str, choice: Choice, asked: Reasoned | None) -> dict[str, Any]:
    base, reason = (asked.base_revision, asked.reason) if asked else (None, "")
    return reviews.decide(services, person, "held", [id_], choice, False, base, reason)
