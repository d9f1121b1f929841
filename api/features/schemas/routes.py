"""`/api/v1/schemas`."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter

from api.access import Viewer
from api.errors import NotAllowed, NotSignedIn, documented

router = APIRouter(prefix="/api/v1/schemas", tags=["schemas"], responses=documented(NotSignedIn, NotAllowed))

_EXAMPLE = {"server": {"type": "object", "required": ["transport"]}}


@router.get("", response_model=dict[str, dict[str, Any]], responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}})
def schemas(person: Viewer) -> dict[str, dict[str, Any]]:
    """JSON Schemas by sort of file: `server`, `rule`, `tools`, their overlays, `settings` and `machine`. An edited value can be checked with them."""
    return _schemas()


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    from reconciler.model.schemas import json_schemas

    return {name.removesuffix(".json"): schema for name, schema in json_schemas().items()}
