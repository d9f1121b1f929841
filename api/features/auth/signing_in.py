"""The use-cases of signing in: by password, by a link, as the first admin; and out."""

from __future__ import annotations

from dataclasses import dataclass

from api import credentials, passwords
from api.access import Person
from api.audited import audited, note
from api.credentials import Issued
from api.errors import NotAllowed, NotSignedIn
from api.features.auth.limits import Limits
from api.services import Services
from reconciler.model.accounts import User

_LINK = "(link)"


@dataclass(frozen=True)
class Entry:
    """What a person gets: a cookie for the browser and a token for scripts."""

    user: User
    session: Issued
    access: Issued


def by_password(services: Services, limits: Limits, username: str, password: str, address: str) -> Entry:
    limits.check(username, address)
    user = services.users.named(username)
    if not passwords.is_right(password, user.password_hash if user else None) or user is None:
        limits.failed(username, address)
        note(services, username[:50], "login.refused", username[:50], {"address": address})
        raise NotSignedIn("the name or the password is wrong")
    limits.succeeded(username)
    return _entered(services, user, "login")


def by_link(services: Services, limits: Limits, secret: str, address: str) -> Entry:
    """Who holds a link of `reconciler open` sits at the machine: they enter as the user that it was made for."""
    limits.check(_LINK, address)
    credential = credentials.used_up(services, secret, "login")
    user = services.users.named(credential.username) if credential else None
    if user is None:
        limits.failed(_LINK, address)
        raise NotSignedIn("this link was used already, or is too old; run `reconciler open` again")
    return _entered(services, user, "login.link")


def first_admin(services: Services, limits: Limits, secret: str, username: str, password: str, address: str) -> Entry:
    limits.check(_LINK, address)
    hashed = passwords.hash_of(password)
    if credentials.found(services, secret, "setup") is None:
        limits.failed(_LINK, address)
        raise NotSignedIn("this link was used already, or is too old; `reconciler users add NAME --role admin` makes an admin too")
    if services.users.all():
        raise NotAllowed("there are users already; an admin adds others")
    with audited(services, username, "users.add", username, None, {"role": "admin"}, "set-up link"):
        if credentials.used_up(services, secret, "setup") is None:
            raise NotSignedIn("this link was used already")
        user = services.users.add(username, hashed, "admin")
    return _entered(services, user, "login.setup")


def _entered(services: Services, user: User, action: str) -> Entry:
    gateway = services.gateway
    with audited(services, user.username, action, user.username):
        session = credentials.issue(services, "session", user.username, user.role, gateway.session_s)
        return Entry(user, session, credentials.issue(services, "access", user.username, user.role, gateway.access_s))


def sign_out(services: Services, person: Person) -> None:
    """The credential that was shown no longer counts; nor, with a cookie, the access tokens of that user's logins."""
    with audited(services, person.name, "logout", person.name):
        services.credentials.remove(person.credential.id)
        if person.by == "cookie":
            for one in services.credentials.of(person.name):
                if one.kind == "access" and one.created_at == person.credential.created_at:
                    services.credentials.remove(one.id)
