"""Who asks, and whether they may. Every route declares the role that it needs; what declares none is public by name.

A browser shows a cookie and, to change something, the token of its page; a script shows a bearer token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from api import credentials
from api.errors import NotAllowed, NotSignedIn
from api.services import Services, services_of
from reconciler.model.accounts import Credential, Role, allows, lesser

COOKIE, CSRF_HEADER = "reconciler_session", "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Person:
    """Who asks. ``role`` is what they may do now: the user's, or less when the token allows less."""

    name: str
    role: Role
    by: Literal["cookie", "bearer"]
    credential: Credential
    csrf: str = ""


def person_of(connection: HTTPConnection) -> Person:
    """Who shows a valid credential. Raises ``NotSignedIn``."""
    services = services_of(connection)
    header = connection.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        credential = credentials.found(services, secret.strip(), "access", "token") if scheme.lower() == "bearer" else None
        return _person(services, credential, "bearer")
    secret = connection.cookies.get(COOKIE, "")
    return _person(services, credentials.found(services, secret, "session"), "cookie", credentials.csrf_of(secret))


def _person(services: Services, credential: Credential | None, by: Literal["cookie", "bearer"], csrf: str = "") -> Person:
    user = services.users.named(credential.username) if credential else None
    if credential is None or user is None:
        raise NotSignedIn("sign in, or send a valid bearer token")
    return Person(user.username, lesser(user.role, credential.role), by, credential, csrf)


@dataclass(frozen=True)
class Allowed:
    """A dependency: the person, when they have the role."""

    role: Role

    def __call__(self, request: Request) -> Person:
        person = person_of(request)
        request.state.person = person.name
        if person.by == "cookie" and request.method not in _SAFE:
            _check_page(request, person)
        if not allows(person.role, self.role):
            raise NotAllowed(f"this needs the role {self.role}; you have {person.role}")
        return person


def _check_page(request: Request, person: Person) -> None:
    if not credentials.is_same(request.headers.get(CSRF_HEADER, ""), person.csrf):
        raise NotAllowed(f"with a cookie, a change needs the header {CSRF_HEADER}; its value is in the answer of /api/v1/auth/me")


Viewer = Annotated[Person, Depends(Allowed("viewer"))]
Operator = Annotated[Person, Depends(Allowed("operator"))]
Approver = Annotated[Person, Depends(Allowed("approver"))]
Admin = Annotated[Person, Depends(Allowed("admin"))]
