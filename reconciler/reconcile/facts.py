"""What this machine remembers of a target between passes. All of it can be lost without losing data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.model.fields import Config, nested
from reconciler.model.names import TargetId
from reconciler.ports import Memory

STALE_WITHIN_S = 30.0
FIGHT_WITHIN_S = 60.0
FIGHT_WRITES = 5


@dataclass(frozen=True)
class Facts:
    """``secrets`` maps a secret to the keyed digest of the value that the target last held.

    ``displaced`` is the digest of what our last write displaced, ``corrected`` when we wrote against a stale overwrite.
    """

    secrets: Mapping[str, str] = field(default_factory=dict)
    displaced: str = ""
    wrote_at: float = 0.0
    has_rewritten: bool = False
    corrected: tuple[float, ...] = ()

    def is_stale_overwrite(self, found: str, now: float) -> bool:
        """True when the files went back, soon after our write, to exactly what that write displaced, for the first time."""
        return found == self.displaced and not self.has_rewritten and 0 <= now - self.wrote_at < STALE_WITHIN_S

    def is_fight(self, now: float) -> bool:
        return sum(now - at < FIGHT_WITHIN_S for at in self.corrected) > FIGHT_WRITES

    def after_write(self, displaced: str, now: float, secrets: Mapping[str, str], is_correction: bool) -> Facts:
        recent = tuple(at for at in self.corrected if now - at < FIGHT_WITHIN_S)
        return replace(
            self,
            secrets=dict(secrets),
            displaced=displaced,
            wrote_at=now,
            has_rewritten=is_correction,
            corrected=(*recent, now) if is_correction else recent,
        )


def load(memory: Memory, target: TargetId) -> Facts:
    value: dict[str, Any] = dict(memory.load(_name(target)))
    value["corrected"] = tuple(value.get("corrected", ()))
    return Facts(**value)


def save(memory: Memory, target: TargetId, facts: Facts) -> None:
    memory.save(_name(target), vars(facts))


def _name(target: TargetId) -> str:
    return f"target/{target}"


def digest_of(config: Config) -> str:
    """A digest of a whole masked config, to compare what was found with what was displaced."""
    value = {e: nested(f) for e, f in config.items()}
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
