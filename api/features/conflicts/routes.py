"""`/api/v1/conflicts`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api import reviews
from api.access import Operator, Viewer
from api.errors import Missing, NotAllowed, NotSignedIn, Stale, Unaudited, documented
from api.names import ItemId
from api.paging import Asked, Page
from api.reviews import (
    FIELDS,
    ClientPreviewShown,
    Decided,
    ItemDetail,
    ItemShown,
    OfClient,
    OfEntity,
    OfTarget,
    Resolution,
    Resolutions,
    WithPreviews,
)
from api.services import Given
from reconciler.reconcile.conflicts import Choice

router = APIRouter(prefix="/api/v1/conflicts", tags=["conflicts"], responses=documented(NotSignedIn, NotAllowed, Missing, Stale, Unaudited))


@router.get("", response_model=Page[ItemShown])
def list_conflicts(
    person: Viewer,
    services: Given,
    paging: Asked,
    target: OfTarget = None,
    client: OfClient = None,
    entity: OfEntity = None,
) -> dict[str, Any]:
    """What waits for a decision, with base, local and central, and who made each."""
    return paging.cut(reviews.listed(services, "conflict", target, entity, client), FIELDS, ("target", "entity"))


@router.post("/resolve", response_model=Decided)
def resolve_conflicts(asked: Resolutions, person: Operator, services: Given) -> dict[str, Any]:
    """Decide several conflicts alike, then reconcile once."""
    return reviews.decide(services, person, "conflict", asked.ids, Choice(asked.take), False, asked.base_revision, asked.reason)


@router.get("/{id}", response_model=ItemDetail)
def conflict(id: ItemId, person: Viewer, services: Given, previews: WithPreviews = True) -> dict[str, Any]:
    """One conflict, what each policy would make of it, and what each choice would write."""
    return reviews.detail(services, "conflict", id, previews)


@router.post("/{id}/preview", response_model=list[ClientPreviewShown])
def preview_conflict(id: ItemId, asked: Resolution, person: Operator, services: Given) -> list[dict[str, Any]]:
    """What a choice, or an edited value, would write to every client. Nothing is written."""
    return reviews.preview(services, "conflict", id, reviews.choice_of(asked))


@router.post("/{id}/resolve", response_model=Decided)
def resolve_conflict(id: ItemId, asked: Resolution, person: Operator, services: Given) -> dict[str, Any]:
    """Decide a conflict, then reconcile every client with it."""
    return reviews.decide(services, person, "conflict", [id], reviews.choice_of(asked), asked.all, asked.base_revision, asked.reason)
