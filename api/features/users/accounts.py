"""The use-cases of users. There is always an admin left; a changed password or role ends what was signed in."""

from __future__ import annotations

from api import passwords
from api.audited import audited
from api.errors import Missing, NotAllowed
from api.services import Services
from reconciler.errors import Stalled
from reconciler.model.accounts import Role, User


def user_named(services: Services, username: str) -> User:
    user = services.users.named(username)
    if user is None:
        raise Missing(f"{username}: there is no such user")
    return user


def add(services: Services, actor: str, username: str, role: Role, password: str) -> User:
    hashed = passwords.hash_of(password)
    if services.users.named(username):
        raise Stalled(f"{username}: there is such a user already")
    with audited(services, actor, "users.add", username, None, {"role": role}):
        return services.users.add(username, hashed, role)


def change(services: Services, actor: str, username: str, role: Role | None, password: str | None, reason: str) -> User:
    user = user_named(services, username)
    if role not in (None, "admin"):
        _keep_an_admin(services, user)
    hashed = passwords.hash_of(password) if password else None
    after = {"role": role or user.role, "password": "changed" if hashed else "kept"}
    with audited(services, actor, "users.change", username, {"role": user.role}, after, reason):
        services.users.change(username, password_hash=hashed, role=role)
        _sign_out_everywhere(services, username)
    return user_named(services, username)


def remove(services: Services, actor: str, username: str) -> None:
    user = user_named(services, username)
    _keep_an_admin(services, user)
    with audited(services, actor, "users.remove", username, {"role": user.role}):
        services.users.remove(username)
        _sign_out_everywhere(services, username)


def _keep_an_admin(services: Services, user: User) -> None:
    if user.role == "admin" and sum(u.role == "admin" for u in services.users.all()) == 1:
        raise NotAllowed(f"{user.username} is the only admin; make another one first")


def _sign_out_everywhere(services: Services, username: str) -> None:
    for credential in services.credentials.of(username):
        services.credentials.remove(credential.id)
