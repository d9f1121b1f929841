"""Secrets that stand for a person: made here, shown once, kept as digests only."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from api.services import Services
from reconciler.model.accounts import Credential, CredentialKind, Role

_BYTES = 32
_LIVES_S: dict[CredentialKind, float] = {"setup": 24 * 3600.0, "login": 120.0}


@dataclass(frozen=True)
class Issued:
    """``secret`` goes to the person and nowhere else."""

    secret: str
    credential: Credential


def issue(services: Services, kind: CredentialKind, username: str, role: Role, lives_s: float, name: str = "") -> Issued:
    """A new credential, stored by its digest."""
    secret = f"rec_{kind}_{base64.urlsafe_b64encode(services.entropy(_BYTES)).decode().rstrip('=')}"
    now = services.clock.now()
    credential = Credential(services.entropy(8).hex(), digest_of(secret), kind, username, name, role, now, now + lives_s)
    services.credentials.add(credential)
    return Issued(secret, credential)


def issue_link(services: Services, kind: CredentialKind, username: str = "") -> str:
    """The secret of a one-time link: for the first admin, or for who sits at the machine."""
    return issue(services, kind, username, "admin", _LIVES_S[kind]).secret


def found(services: Services, secret: str, *kinds: CredentialKind) -> Credential | None:
    """The credential of a secret, when it is of these kinds and still holds."""
    credential = services.credentials.with_digest(digest_of(secret))
    if credential is None or credential.kind not in kinds:
        return None
    if credential.expires_at <= services.clock.now():
        services.credentials.remove(credential.id)
        return None
    return credential


def used_up(services: Services, secret: str, kind: CredentialKind) -> Credential | None:
    """The same for a one-time link, which is gone afterwards, also when two ask at once."""
    credential = found(services, secret, kind)
    return credential if credential and services.credentials.remove(credential.id) else None


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(session_secret: str) -> str:
    """The token that a page must send beside its cookie: follows from the cookie, which a foreign page cannot read."""
    return hmac.new(session_secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
