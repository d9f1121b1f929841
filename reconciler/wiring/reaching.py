"""Whether PostgreSQL and Redis answer, embedded or given by address. Imported by what asks for it alone: it loads SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reconciler.errors import ReconcilerError, Retryable
from reconciler.events import reaching
from reconciler.ports.servers import Part
from reconciler.settings import Settings
from reconciler.wiring import mirror, servers


def health(settings: Settings) -> list[Part]:
    """Each server, whether it answers, and how to mend it."""
    given: dict[str, tuple[str, Callable[[str], None]]] = {
        "PostgreSQL": (settings.database_url, mirror.reach),
        "Redis": (settings.redis_url, reaching.reach),
    }
    return [_asked(part, *given.get(part.name, ("", mirror.reach))) for part in servers(settings).health()]


def _asked(part: Part, url: str, reach: Callable[[str], None]) -> Part:
    try:
        if url:
            reach(url)
    except ReconcilerError as error:
        advice = "start it, or mend RECONCILER_DATABASE_URL" if isinstance(error, Retryable) else ""
        return replace(part, is_ok=False, detail=str(error).removeprefix(f"{part.name} "), cure=advice)
    return part
