"""What the commands about the remote do, as the values that they print."""

from __future__ import annotations

from typing import Any, Literal, cast

from reconciler.cli import quick
from reconciler.cli.patience import patience
from reconciler.errors import Stalled
from reconciler.reconcile.accepting import accept
from reconciler.reconcile.following import Following
from reconciler.reconcile.remote_standing import load_facts, remote_json
from reconciler.settings import Settings
from reconciler.store.transport import remember_address
from reconciler.wiring import following, has_repository, locked, opened


def shown(settings: Settings) -> dict[str, Any]:
    """How main stands to the remote's, as it was when it was last fetched."""
    engine = opened(settings)
    remote = following(settings, engine)
    return {"remote": _json(remote) if remote else None}


def remember(settings: Settings, address: str) -> dict[str, Any]:
    if not has_repository(settings):
        raise Stalled(f"{settings.repository}: there is no repository yet; run `reconciler init`")
    with locked(settings.lock):
        remember_address(settings.repository, address, settings.environ)
        quick.forget(settings)
    return shown(settings)


def accepted(settings: Settings, take: str) -> dict[str, Any]:
    if take not in ("host", "both"):
        raise Stalled(f"{take}: take host or both")
    remote = following(settings, opened(settings))
    if remote is None:
        raise Stalled("there is no remote; `reconciler remote set ADDRESS` remembers one")
    with patience("asking the remote"):
        if not remote.fetch():
            facts = load_facts(remote.engine.ports.memory)
            raise Stalled(f"{facts.message}; {facts.advice}")
    with locked(settings.lock):
        done = accept(remote.engine.ports.store, cast(Literal["host", "both"], take))
        quick.forget(settings)
    return {"done": done, "remote": _json(remote)}


def _json(remote: Following) -> dict[str, Any]:
    ports = remote.engine.ports
    return remote_json(ports.store, ports.memory, remote.remote.shown)
