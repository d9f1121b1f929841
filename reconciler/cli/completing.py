"""What a shell offers at the tab key. Whatever goes wrong offers nothing: a completion has no place for a message."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.reconcile.passes import Reconciler


def targets(incomplete: str) -> list[str]:
    """Ids of this machine's targets, and its clients."""
    return _offered(incomplete, lambda engine: [name for t in engine.targets() for name in (t.id, t.client)])


def clients(incomplete: str) -> list[str]:
    from reconciler.all_adapters import ADAPTERS

    return [name for name in ADAPTERS if name.startswith(incomplete)]


def entities(incomplete: str) -> list[str]:
    """Servers and rules; names with blanks in them are left to be typed."""
    return _offered(incomplete, _entities)


def projects(incomplete: str) -> list[str]:
    return _offered(incomplete, lambda engine: [t.project for t in engine.targets() if t.project])


def waiting(incomplete: str) -> list[str]:
    """Ids of conflicts and held changes."""
    return _offered(incomplete, _waiting)


def _entities(engine: Reconciler) -> Iterable[str]:
    main = engine.centre.in_force()[0]
    found = {e: None for t in engine.targets() for e in engine.centre.config(main, t)} if main else {}
    return [e for e in found if " " not in e]


def _waiting(engine: Reconciler) -> Iterable[str]:
    from reconciler.reconcile import conflicts

    return [item.id for item in conflicts.waiting(engine, None)]


def _offered(incomplete: str, names: Callable[[Reconciler], Iterable[str]]) -> list[str]:
    try:
        from reconciler.settings import settings_from
        from reconciler.wiring import opened_to_look

        found = names(opened_to_look(settings_from(os.environ)))
        return list(dict.fromkeys(name for name in found if name.startswith(incomplete)))
    except Exception:  # see the top: there is nobody to tell
        return []
