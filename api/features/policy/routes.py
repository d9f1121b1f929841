"""`/api/v1/policy`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.access import Admin, Viewer
from api.errors import NotAllowed, NotSignedIn, Stale, Unaudited, documented
from api.features.policy import file
from api.features.policy.shapes import PolicyChange, PolicyChanged, PolicyOutlook, PolicyShown, PolicyTry
from api.services import Given

router = APIRouter(prefix="/api/v1/policy", tags=["policy"], responses=documented(NotSignedIn, NotAllowed, Stale, Unaudited))


@router.get("", response_model=PolicyShown)
def policy(person: Viewer, services: Given) -> dict[str, Any]:
    """The settings of the repository, as they stand."""
    return file.read(services)


@router.post("/preview", response_model=PolicyOutlook)
def preview_policy(asked: PolicyTry, person: Viewer, services: Given) -> dict[str, Any]:
    """What a change of the policy would decide of all that waits now, and what each client would get. Nothing is written."""
    return file.preview(services, asked.text, asked.settings)


@router.put("", response_model=PolicyChanged)
def change_policy(asked: PolicyChange, person: Admin, services: Given) -> dict[str, Any]:
    """Check and commit other settings, then reconcile with them."""
    return file.change(services, person, asked.text, asked.settings, asked.base_revision, asked.reason)
