"""What the commands of `mirror` do: rebuild it, and tell its digest."""

from __future__ import annotations

from typing import Any

from reconciler.errors import Stalled
from reconciler.mirror.git_mirror import SqlMirror
from reconciler.ports.servers import POSTGRESQL
from reconciler.reconcile.mirroring import mirror_repository, rebuild, rebuilt_digest
from reconciler.settings import Settings
from reconciler.wiring import opened, servers
from reconciler.wiring.mirror import database

DONE, DIFFERS = 0, 3


def rebuilt(settings: Settings) -> dict[str, Any]:
    """Drop what follows from Git and make it anew, in one transaction."""
    engine, mirror = opened(settings), _mirror(settings)
    digest = rebuild(engine.centre, mirror)
    return {"digest": digest, **_state(mirror)}


def digest(settings: Settings, is_checked: bool) -> tuple[dict[str, Any], int]:
    """The digest; checked, beside that of a rebuild that is not kept."""
    mirror = _mirror(settings)
    if not is_checked:
        return {"digest": mirror.digest(), "rebuilt": None, **_state(mirror)}, DONE
    engine = opened(settings)
    mirror_repository(engine.centre, mirror)  # what has not been mirrored yet is no difference
    found, expected = mirror.digest(), rebuilt_digest(engine.centre, mirror)
    return {"digest": found, "rebuilt": expected, **_state(mirror)}, DONE if found == expected else DIFFERS


def _state(mirror: SqlMirror) -> dict[str, Any]:
    state = mirror.state()
    return {"head": state.head, "commits": state.count}


def _mirror(settings: Settings) -> SqlMirror:
    url = servers(settings).running(POSTGRESQL)
    if url is None:
        raise Stalled("PostgreSQL does not run: start `reconciler up`, or set RECONCILER_DATABASE_URL")
    return SqlMirror(database(url))
