"""What a caller is told when something is refused, as RFC 9457 problems. The only place that knows HTTP codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from reconciler.errors import Proposed, Raced, ReconcilerError, Retryable, Stalled

OK, CREATED, UNCHANGED, MISSING = 200, 201, 304, 404
MEDIA_TYPE = "application/problem+json"


class Refused(ReconcilerError):
    """A request that is not carried out. ``headers`` go with the answer."""

    def __init__(self, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Malformed(Refused): ...


class NotSignedIn(Refused): ...


class NotAllowed(Refused): ...


class Foreign(Refused):
    """It came by another site's page, or under a name that is not this program's."""


class Missing(Refused): ...


class Stale(Refused):
    """What the caller saw is no longer so: look again, then decide."""


class TooLarge(Refused): ...


class TooMany(Refused): ...


class Unaudited(Refused):
    """What cannot be written into the audit trail is not done."""


class Unavailable(Refused): ...


_KINDS: Mapping[type[Exception], tuple[int, str, str]] = {
    Malformed: (400, "malformed", "The request cannot be read"),
    NotSignedIn: (401, "not-signed-in", "Sign in first"),
    NotAllowed: (403, "not-allowed", "Your role does not allow this"),
    Foreign: (403, "foreign", "Not asked by this site"),
    Missing: (404, "missing", "There is no such thing"),
    Stale: (409, "stale", "It has changed since you looked"),
    Raced: (409, "raced", "Somebody else changed it at the same moment"),
    Proposed: (409, "proposed", "It waits for its merge on the Git host"),
    TooLarge: (413, "too-large", "The request is too large"),
    Stalled: (422, "stalled", "It cannot be done as asked"),
    TooMany: (429, "too-many", "Too many attempts"),
    Unaudited: (503, "unaudited", "It cannot be audited, so it is not done"),
    Retryable: (503, "unavailable", "Not possible at this moment"),
    Unavailable: (503, "unavailable", "Not possible at this moment"),
}
_TITLES = {404: ("missing", "There is no such thing"), 405: ("method", "This cannot be done to it")}
_INVALID, _UNEXPECTED, _NOT_THIS_WAY = 422, 500, 405


class Fault(BaseModel):
    """One part of a request that is not as it should be; its value is not repeated."""

    at: str = Field(examples=["body.reason"])
    message: str = Field(examples=["Field required"])


class ProblemBody(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(examples=["urn:reconciler:problem:missing"])
    title: str = Field(examples=["There is no such thing"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["laptop-1/qwen/user: there is no such target"])
    errors: list[Fault] = []


def documented(*kinds: type[Exception]) -> dict[int | str, dict[str, Any]]:
    """The answers of a route beside its own, for OpenAPI. What every route can answer is always there."""
    always = (Malformed, Foreign, Missing, Raced, Proposed, TooLarge, TooMany, Stalled, Unavailable)
    rows: dict[int, str] = {}
    for code, word, title in dict.fromkeys(_KINDS[kind] for kind in (*always, *kinds)):
        rows[code] = "; ".join(x for x in (rows.get(code), f"`{word}`: {title}") if x)
    body = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {code: {"description": title, "content": body} for code, title in sorted(rows.items())}


def answer_for(error: Exception, hide: Callable[[str], str] = str) -> JSONResponse:
    """The problem that tells of one of our errors; of any other only that there was one. An error may name what was sent."""
    code, kind, title = next((_KINDS[k] for k in type(error).__mro__ if k in _KINDS), (_UNEXPECTED, "unexpected", "A fault of this program"))
    detail = hide(str(error)) if isinstance(error, ReconcilerError) else "The fault was recorded; nothing more was done."
    headers = dict(getattr(error, "headers", {}))
    if isinstance(error, Retryable):
        headers["Retry-After"] = str(max(1, round(error.after_s)))
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer realm="reconciler"'
    return _answer(code, kind, title, detail, headers)


def _answer(code: int, kind: str, title: str, detail: str, headers: Mapping[str, str], errors: list[dict[str, str]] | None = None) -> JSONResponse:
    body = {"type": f"urn:reconciler:problem:{kind}", "title": title, "status": code, "detail": detail, "errors": errors or []}
    return JSONResponse(body, code, dict(headers), MEDIA_TYPE)


def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Where and what, never the value: it may be a secret."""
    rows = [{"at": ".".join(map(str, e["loc"])), "message": str(e["msg"])} for e in error.errors()]
    detail = "; ".join(f"{r['at']}: {r['message']}" for r in rows[:3])
    return _answer(_INVALID, "invalid", "The request is not as it should be", detail, {}, rows)


def _http(request: Request, error: HTTPException) -> JSONResponse:
    headers = dict(error.headers or {})
    if error.status_code == _NOT_THIS_WAY:  # the router names the methods of one route alone
        headers["Allow"] = ", ".join(request.app.state.methods_of(request.url.path)) or headers.get("Allow", headers.get("allow", ""))
        headers.pop("allow", None)
    kind, title = _TITLES.get(error.status_code, ("refused", "Refused"))
    return _answer(error.status_code, kind, title, f"{request.method} {request.app.state.services.hide(request.url.path)}: see /api/v1/openapi.json for what there is", headers)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(RequestValidationError, _invalid)  # type: ignore[arg-type]  # starlette types the widest error
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    app.add_exception_handler(ReconcilerError, lambda request, error: answer_for(error, request.app.state.services.hide))


def body_of(error: Exception) -> dict[str, Any]:
    """The problem as a value, for places that are no HTTP answer."""
    return dict(json.loads(bytes(answer_for(error).body)))
