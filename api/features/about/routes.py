"""`/api/v1/about`."""

from __future__ import annotations

import platform
from typing import Any

from fastapi import APIRouter

from api.access import Viewer
from api.errors import NotAllowed, NotSignedIn, documented
from api.features.about.shapes import About
from api.services import Given
from reconciler import __version__
from reconciler.all_adapters import CATALOGUE

router = APIRouter(prefix="/api/v1/about", tags=["about"], responses=documented(NotSignedIn, NotAllowed))


@router.get("", response_model=About)
def about(person: Viewer, services: Given) -> dict[str, Any]:
    """Versions, this machine, the clients that are known, and how the parts of the service are set up."""
    engine = services.engines.looking()
    here = {adapter.client for adapter in engine.installed()}
    return {
        "version": __version__,
        "python": platform.python_version(),
        "machine": engine.ports.machine,
        "is_adopted": bool(engine.targets()),
        "head": engine.centre.main(),
        "users": len(services.users.all()),
        "clients": [{"client": a.client, "name": a.title, "found": a.client in here} for a in CATALOGUE],
        "parts": dict(services.parts()),
    }
