"""What this machine remembers of a target between passes. All of it can be lost without losing data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.mapping.filling import secret_names
from reconciler.mapping.masking import Masked
from reconciler.model.fields import nested
from reconciler.model.names import EntityId, TargetId
from reconciler.ports import Memory

STALE_WITHIN_S = 30.0
FIGHT_WITHIN_S = 60.0
RETURNS_WITHIN_S = 3600.0
FIGHT_WRITES = 5


@dataclass(frozen=True)
class Displaced:
    """An entity as our write found it, by its digest. ``has_returned``: it came back once, and was written again."""

    entity: EntityId
    digest: str
    at: float
    has_returned: bool = False


@dataclass(frozen=True)
class Facts:
    """``secrets`` maps a secret to the keyed digest of the value that the target last held.

    ``displaced`` is the digest of all that our last write found, ``entities`` is what the last writes displaced one by one,
    ``corrected`` when we wrote against a stale overwrite,
    ``returned`` when just that was captured again: two programs that each want their own value go on like this for ever.
    """

    secrets: Mapping[str, str] = field(default_factory=dict)
    displaced: str = ""
    entities: tuple[Displaced, ...] = ()
    corrected: tuple[float, ...] = ()
    returned: tuple[float, ...] = ()

    def brought_back(self, masked: Masked, now: float) -> dict[EntityId, bool]:
        """Entities that are again as a write of the last seconds found them; True for those that came back before.

        A client that read its file before that write, and saves now, brings them back: that is no edit of them.
        """
        recent = [row for row in self.entities if now - row.at < STALE_WITHIN_S]  # where the clock was set back, nobody knows: so it counts
        digests = {entity: digest_of_entity(masked, entity) for entity in {row.entity for row in recent}}
        found: dict[EntityId, bool] = {}
        for row in recent:
            if digests[row.entity] == row.digest:
                found[row.entity] = found.get(row.entity, False) or row.has_returned
        return found

    def is_fight(self, now: float) -> bool:
        return len(_recent(self.corrected, now, FIGHT_WITHIN_S)) > FIGHT_WRITES or len(_recent(self.returned, now, RETURNS_WITHIN_S)) > FIGHT_WRITES

    def after_return(self, now: float) -> Facts:
        return replace(self, returned=(*_recent(self.returned, now, RETURNS_WITHIN_S), now)[-FIGHT_WRITES - 1 :])

    def goes_on(self, now: float, found: str) -> bool:
        """True while the other value still stands there: such a fight does not end by waiting."""
        return found == self.displaced and bool(self.returned) and now - self.returned[-1] >= FIGHT_WITHIN_S

    def after_write(self, displaced: str, entities: Iterable[Displaced], now: float, secrets: Mapping[str, str], is_correction: bool) -> Facts:
        recent = _recent(self.corrected, now, FIGHT_WITHIN_S)
        kept = [replace(row, at=min(row.at, now)) for row in (*self.entities, *entities) if now - row.at < STALE_WITHIN_S]
        rows = {(row.entity, row.digest): row for row in kept}
        corrected = (*recent, now) if is_correction else recent
        return replace(self, secrets=dict(secrets), displaced=displaced, entities=tuple(rows.values()), corrected=corrected)


def _recent(times: tuple[float, ...], now: float, within_s: float) -> tuple[float, ...]:
    return tuple(at for at in times if 0 <= now - at < within_s)


def load(memory: Memory, target: TargetId) -> Facts:
    value: dict[str, Any] = dict(memory.load(_name(target)))
    value |= {name: tuple(value.get(name, ())) for name in ("corrected", "returned")}
    value["entities"] = tuple(Displaced(**row) for row in value.get("entities", ()))
    return Facts(**{name: value[name] for name in value.keys() & Facts.__dataclass_fields__.keys()})


def agreed_secrets(memory: Memory, target: TargetId) -> Mapping[str, str]:
    """``Facts.secrets`` alone."""
    known: Any = memory.load(_name(target)).get("secrets", {})
    return dict(known)


def save(memory: Memory, target: TargetId, facts: Facts) -> None:
    memory.save(_name(target), {**vars(facts), "entities": [vars(row) for row in facts.entities]})


def forgive(memory: Memory, target: TargetId) -> None:
    """A person has looked after the fight: it is counted from none again."""
    known = load(memory, target)
    if known.corrected or known.returned:
        save(memory, target, replace(known, corrected=(), returned=()))


def _name(target: TargetId) -> str:
    return f"target/{target}"


def digest_of(masked: Masked) -> str:
    """A digest of what was found, values of secrets included, to compare it with what was displaced."""
    text = json.dumps([{e: nested(f) for e, f in masked.config.items()}, masked.digests], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_entity(masked: Masked, entity: EntityId) -> str:
    """The same of one entity, be it there or not."""
    fields = masked.config.get(entity)
    names = sorted({name for leaf in (fields or {}).values() for name in secret_names(leaf)})
    text = json.dumps([None if fields is None else nested(fields), [masked.digests.get(name) for name in names]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
