"""What a target's files say, as a whole config: what the client cannot hold is taken from what was agreed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reconciler.mapping.adapter import Adapter, held
from reconciler.mapping.ignoring import NOTHING, Ignoring
from reconciler.model.fields import Config, Fields, differ, with_changes
from reconciler.model.names import EntityId


@dataclass(frozen=True)
class LocalConfig:
    """``config`` is the target's side of a merge; ``changed`` are the entities that differ from what was agreed.

    ``gaps`` were agreed on once and cannot be held now: what the files have of them is not in ``config``.
    """

    config: dict[EntityId, Fields]
    changed: tuple[EntityId, ...]
    gaps: frozenset[EntityId] = frozenset()


def local_config(
    adapter: Adapter, found: Config, synced: Config, central: Config, left_alone: Collection[EntityId], ignoring: Ignoring = NOTHING
) -> LocalConfig:
    """Absorb what was found into what was agreed.

    An entity that both main and the files have, but that they never agreed on, is compared on what the client can
    hold. ``left_alone`` entities, those that the client cannot hold now, and ignored fields read as unchanged.
    """
    agreed = held(adapter, synced).config
    shown = held(adapter, central)
    gaps = central.keys() - shown.config.keys()
    out: dict[EntityId, Fields] = {}
    changed: list[EntityId] = []
    found = {e: ignoring.laid(e, f, (agreed if e in synced else shown.config).get(e, {})) for e, f in found.items()}
    for entity in {**synced, **found}:
        old = synced.get(entity)
        is_left = entity in left_alone or (old is not None and entity in gaps)
        now = old if is_left else _now(entity, adapter.client, found, synced, central, agreed, shown.config)
        if now is not None:
            out[entity] = now
        if differ(now, old) and (old is not None or differ(now, central.get(entity))):
            changed.append(entity)
    return LocalConfig(out, tuple(changed), frozenset(gaps & synced.keys()))


def _now(entity: EntityId, client: str, found: Config, synced: Config, central: Config, agreed: Config, shown: Config) -> Fields | None:
    here, old = found.get(entity), synced.get(entity)
    view = agreed.get(entity)
    if old is None:  # never agreed on: what main has of it fills what the client cannot hold
        old, view = central.get(entity), shown.get(entity)
        if here is None:
            return None
    if not differ(here, view):
        return old
    if here is None:
        return None
    if old is None or view is None:
        return {**{p: v for p, v in (old or {}).items() if p[0] == "extra" and p[1] != client}, **here}
    return with_changes(old, view, here)
