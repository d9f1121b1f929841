"""The description of the gateway that clients are generated from: ``api/openapi.json`` is its committed form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.access import COOKIE, CSRF_HEADER, Allowed
from api.all_features import ROUTERS
from api.errors import ProblemBody
from reconciler.model.accounts import Role

_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "The access_token of a login, or a named token."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": f"Changes also need the header {CSRF_HEADER}."},
}


def described(app: FastAPI) -> dict[str, Any]:
    """OpenAPI of the application: who may call what, and problems as they are sent."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version="1", summary=app.summary, routes=app.routes)
        schema["components"].setdefault("securitySchemes", {}).update(_SCHEMES)
        schema["components"]["schemas"]["ProblemBody"] = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= schema["components"]["schemas"]["ProblemBody"].pop("$defs", {})
        for route in routes():
            _describe(schema["paths"].get(route.path_format, {}), route)
        _drop_own_errors(schema)
        app.openapi_schema = schema
    return app.openapi_schema


def routes() -> Iterator[APIRoute]:
    """Every route of every feature."""
    return (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))


def methods_of(path: str) -> list[str]:
    """What can be done to the thing at a path; empty where there is none."""
    first = next((route.path for route in routes() if route.path_regex.match(path)), None)
    return sorted({method for route in routes() if route.path == first for method in route.methods or ()})


def role_of(route: APIRoute) -> Role | None:
    """The role that a route declares; None when it declares none."""
    found = [d.call.role for d in route.dependant.dependencies if isinstance(d.call, Allowed)]
    return found[0] if found else None


def _describe(path: dict[str, Any], route: APIRoute) -> None:
    role = role_of(route)
    for method in route.methods or ():
        operation = path.get(method.lower())
        if operation is not None:
            operation["operationId"] = route.name
            if role:
                operation["security"] = [{"bearer": []}, {"cookie": []}]
                operation["x-role"] = role


def _drop_own_errors(schema: dict[str, Any]) -> None:
    """FastAPI's own form of a failed validation is never sent: see ``errors``."""
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)


def text(schema: dict[str, Any]) -> str:
    """The committed form."""
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
