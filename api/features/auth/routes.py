"""`/api/v1/auth`: in and out, who am I, tokens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from api import credentials
from api.access import COOKIE, Viewer
from api.errors import CREATED, NotAllowed, NotSignedIn, Unaudited, documented
from api.features.auth import signing_in, tokens
from api.features.auth.limits import Limits
from api.features.auth.shapes import Done, Link, Login, Me, NewToken, SetUp, SignedIn, TokenMade, TokenShown
from api.paging import Asked, Page
from api.services import Given, Services
from reconciler.model.accounts import Credential

router = APIRouter(prefix="/api/v1/auth", tags=["auth"], responses=documented(NotSignedIn, NotAllowed, Unaudited))


def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.limits
    return limits


_Limits = Annotated[Limits, Depends(_limits)]
TokenId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["1f0c5b1f6d2e4a90"])]


def _address(request: Request) -> str:
    return request.client.host if request.client else "(none)"


@router.post("/login", response_model=SignedIn)
def login(asked: Login, request: Request, response: Response, services: Given, limits: _Limits) -> dict[str, Any]:
    """Sign in by name and password. Sets the cookie of a browser, and answers a token for scripts."""
    entry = signing_in.by_password(services, limits, asked.username, asked.password.get_secret_value(), _address(request))
    return _welcome(services, response, entry)


@router.post("/link", response_model=SignedIn)
def link(asked: Link, request: Request, response: Response, services: Given, limits: _Limits) -> dict[str, Any]:
    """Sign in by the one-time link of `reconciler open`."""
    return _welcome(services, response, signing_in.by_link(services, limits, asked.link.get_secret_value(), _address(request)))


@router.post("/setup", response_model=SignedIn)
def setup(asked: SetUp, request: Request, response: Response, services: Given, limits: _Limits) -> dict[str, Any]:
    """Make the first admin, by the one-time link that the first `reconciler up` printed."""
    secret, password = asked.link.get_secret_value(), asked.password.get_secret_value()
    return _welcome(services, response, signing_in.first_admin(services, limits, secret, asked.username, password, _address(request)))


def _welcome(services: Services, response: Response, entry: signing_in.Entry) -> dict[str, Any]:
    gateway = services.gateway
    response.set_cookie(COOKIE, entry.session.secret, int(gateway.session_s), path="/", httponly=True, samesite="strict", secure=gateway.is_secure)
    csrf = credentials.csrf_of(entry.session.secret)
    user = {"username": entry.user.username, "role": entry.user.role, "by": "cookie"}
    me = {**user, "expires_at": entry.session.credential.expires_at, "csrf_token": csrf}
    return {"access_token": entry.access.secret, "expires_in": int(gateway.access_s), "csrf_token": csrf, "user": me}


@router.post("/logout", response_model=Done)
def logout(person: Viewer, services: Given, response: Response) -> dict[str, Any]:
    """Sign out: the cookie or token that was shown no longer counts."""
    signing_in.sign_out(services, person)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=services.gateway.is_secure)
    return {"done": True}


@router.get("/me", response_model=Me)
def me(person: Viewer) -> dict[str, Any]:
    """Who is signed in, and what they may do."""
    head = {"username": person.name, "role": person.role, "by": person.by}
    return {**head, "expires_at": person.credential.expires_at, "csrf_token": person.csrf}


@router.get("/tokens", response_model=Page[TokenShown])
def list_tokens(person: Viewer, services: Given, paging: Asked) -> dict[str, Any]:
    """Your tokens; their secrets are not kept."""
    rows = [_token(c) for c in tokens.tokens(services, person)]
    return paging.cut(rows, {"name": lambda r: r["name"], "expires_at": lambda r: r["expires_at"]})


@router.post("/tokens", response_model=TokenMade, status_code=CREATED)
def make_token(asked: NewToken, person: Viewer, services: Given) -> dict[str, Any]:
    """Make a token for a script. The answer is the only place where it is shown."""
    made = tokens.make(services, person, asked.name, asked.scope, asked.expires_in_days)
    return {**_token(made.credential), "access_token": made.secret}


@router.delete("/tokens/{id}", response_model=Done)
def revoke_token(id: TokenId, person: Viewer, services: Given) -> dict[str, Any]:
    """Revoke a token: it no longer counts from now on."""
    tokens.revoke(services, person, id)
    return {"done": True}


def _token(c: Credential) -> dict[str, Any]:
    return {"id": c.id, "name": c.name, "scope": c.role, "created_at": c.created_at, "expires_at": c.expires_at}


