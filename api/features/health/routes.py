"""`/healthz` and `/readyz`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api.errors import Unavailable, documented
from api.features.health.shapes import Health, Readiness
from api.services import Given

router = APIRouter(tags=["health"], responses=documented(Unavailable))


@router.get("/healthz", response_model=Health)
def healthz(services: Given) -> dict[str, Any]:
    """Answers as long as the program runs; ``degraded`` when a part of it is away."""
    parts = services.problems()
    rows = [{"name": name, "ok": not problem, "detail": problem} for name, problem in parts.items()]
    return {"status": "degraded" if any(parts.values()) else "ok", "parts": rows}


@router.get("/readyz", response_model=Readiness)
def readyz(services: Given) -> dict[str, Any]:
    """Answers well once every target has been looked at."""
    waiting = services.waiting_for()
    if waiting:
        raise Unavailable(f"not ready yet: {', '.join(waiting)}")
    return {"status": "ready", "waiting": []}
