"""People who may use the program, and the credentials that they show. Values only; a secret itself is never among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["viewer", "operator", "approver", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "operator", "approver", "admin")
"""Each may do what those before it may."""

CredentialKind = Literal["session", "access", "token", "setup", "login"]
"""A browser's cookie; what a login answers; a named token; the link for the first admin; a link of `reconciler open`."""


@dataclass(frozen=True)
class User:
    """``password_hash`` is argon2id's own text. ``created_at`` is seconds since 1970."""

    id: int
    username: str
    role: Role
    password_hash: str
    created_at: float


@dataclass(frozen=True)
class Credential:
    """``digest`` is of the secret, which nobody keeps. ``role`` is the most that it allows. Times are seconds since 1970."""

    id: str
    digest: str
    kind: CredentialKind
    username: str
    name: str
    role: Role
    created_at: float
    expires_at: float


def allows(held: Role, needed: Role) -> bool:
    return ROLES.index(held) >= ROLES.index(needed)


def lesser(one: Role, other: Role) -> Role:
    return min(one, other, key=ROLES.index)
