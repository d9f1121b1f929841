"""`/webhooks/git`: signed by the secret in `RECONCILER_WEBHOOK_SECRET`; without one it is off."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.errors import Missing, NotSignedIn, documented
from api.features.webhooks.shapes import Heard
from api.features.webhooks.signatures import Deliveries, is_signed
from api.services import Given

router = APIRouter(tags=["webhooks"], responses=documented(NotSignedIn, Missing))


@router.post("/webhooks/git", response_model=Heard)
async def git_push(request: Request, services: Given) -> dict[str, Any]:
    """Look at the remote: somebody pushed. The message itself is not believed."""
    secret = services.gateway.webhook_secret
    if not secret:
        raise Missing("webhooks are off; set RECONCILER_WEBHOOK_SECRET and tell the Git host the same")
    body = await request.body()
    if not is_signed(request.headers, body, secret):
        raise NotSignedIn("the signature does not fit; give the Git host the secret of RECONCILER_WEBHOOK_SECRET")
    deliveries: Deliveries = request.app.state.deliveries
    is_new = deliveries.is_new(request.headers, body, services.clock.now())
    if is_new:
        services.pushed()
    return {"heard": is_new}
