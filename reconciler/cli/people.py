"""What the commands about users do, on the database itself: who can start this program here needs no password for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from api import credentials
from api.features.users import accounts
from api.services import Services
from reconciler.cli.gateway import Accounts, services_over
from reconciler.cli.patience import patience
from reconciler.errors import Retryable, Stalled
from reconciler.model.accounts import Role, User
from reconciler.ports.servers import POSTGRESQL
from reconciler.servers.supervisor import EmbeddedServers
from reconciler.settings import Settings
from reconciler.wiring import servers
from reconciler.wiring.running import served_at

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,49}")
_LONGEST_START_S, _STEP_S = 20.0, 0.1


@contextmanager
def _services(settings: Settings) -> Iterator[Services]:
    """With the database that runs; else it is started for as long as this takes."""
    supply = servers(settings)
    with patience("waiting for the database"):
        found, is_ours = _at_hand(supply)
    made = Accounts(lambda: found)
    try:
        yield services_over(settings, made)
    finally:
        made.close()
        if is_ours:
            supply.stop()


def _at_hand(supply: EmbeddedServers) -> tuple[str, bool]:
    """Where the database is, and whether we started it. One that `up` is bringing up just now is waited for."""
    until = monotonic() + _LONGEST_START_S
    while True:
        if found := supply.running(POSTGRESQL):
            return found, False
        try:
            return supply.bring_up(POSTGRESQL), True
        except Retryable:
            if monotonic() > until:
                raise
        sleep(_STEP_S)  # whoever has the lock tells nobody when it is done


def add(settings: Settings, name: str, role: Role, password: str) -> dict[str, Any]:
    if not _NAME.fullmatch(name):
        raise Stalled(f"{name[:60]}: a user's name has letters, digits and . _ @ -, at most 50")
    with _services(settings) as services:
        return _shown(accounts.add(services, settings.person, name, role, password))


def passwd(settings: Settings, name: str, password: str) -> dict[str, Any]:
    with _services(settings) as services:
        return _shown(accounts.change(services, settings.person, name, None, password, "reconciler users passwd"))


def listed(settings: Settings) -> list[dict[str, Any]]:
    with _services(settings) as services:
        return [_shown(user) for user in services.users.all()]


def link(settings: Settings, name: str | None) -> dict[str, Any]:
    """Where to go; the secret is behind the #, which browsers do not send."""
    address = served_at(settings)
    if not address:
        raise Stalled("nothing is served here; start `reconciler up` first, or `reconciler serve --role api` where servers run already")
    with _services(settings) as services:
        found = services.users.all()
        if not found:
            return {"link": f"{address}/setup#{credentials.issue_link(services, 'setup')}", "username": None}
        user = _user(found, name, settings.person)
        return {"link": f"{address}/login#{credentials.issue_link(services, 'login', user.username)}", "username": user.username}


def _user(found: list[User], name: str | None, person: str) -> User:
    wanted = next((u for u in found if u.username == (name or person)), None)
    admins = [u for u in found if u.role == "admin"]
    if wanted is None and (name or len(admins) != 1):
        known = ", ".join(u.username for u in found)
        raise Stalled(f"{name or person}: there is no such user; there are: {known}; choose one with --user")
    return wanted or admins[0]


def _shown(user: User) -> dict[str, Any]:
    return {"username": user.username, "role": user.role, "created_at": user.created_at}
