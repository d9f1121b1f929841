"""Tokens for scripts: named, scoped, expiring, revocable."""

from __future__ import annotations

from api import credentials
from api.access import Person
from api.audited import audited
from api.credentials import Issued
from api.errors import Missing, NotAllowed
from api.services import Services
from reconciler.model.accounts import Credential, Role, allows

_DAY_S = 86_400.0


def tokens(services: Services, person: Person) -> list[Credential]:
    now = services.clock.now()
    return [c for c in services.credentials.of(person.name) if c.kind == "token" and c.expires_at > now]


def make(services: Services, person: Person, name: str, scope: Role, days: int) -> Issued:
    if person.credential.kind == "token":
        raise NotAllowed("a token cannot make tokens; sign in by password or link")
    if not allows(person.role, scope):
        raise NotAllowed(f"a token never allows more than you may: {person.role}")
    with audited(services, person.name, "tokens.add", name, None, {"scope": scope, "days": days}):
        return credentials.issue(services, "token", person.name, scope, days * _DAY_S, name)


def revoke(services: Services, person: Person, id_: str) -> None:
    mine = next((c for c in tokens(services, person) if c.id == id_), None)
    if mine is None:
        raise Missing(f"{id_}: you have no such token")
    with audited(services, person.name, "tokens.remove", mine.name, {"scope": mine.role}):
        services.credentials.remove(id_)
