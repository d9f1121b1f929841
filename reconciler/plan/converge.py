"""What must be written to a target, and what both sides agree on afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reconciler.mapping.adapter import Adapter, HeldConfig, Parsed, held
from reconciler.mapping.masking import Filled, Local, fill
from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId
from reconciler.model.results import Dropped


@dataclass(frozen=True)
class Waiting:
    """Entities that must not be written to a target now, and the word for why."""

    review: Mapping[EntityId, str]
    """Waits in a review of this target: ``conflict`` or ``held``."""
    pending: Collection[EntityId] = ()
    """Not settled between other clients yet, and not here."""
    left_alone: Collection[EntityId] = ()
    """Entries in the file that make no sense."""


@dataclass(frozen=True)
class ConvergePlan:
    """``wanted`` holds what the files must be changed to, with secrets filled in; ``agreed`` is the next synced config.

    ``gaps`` are entities of main that the client cannot hold.
    """

    wanted: dict[EntityId, Fields | None]
    agreed: dict[EntityId, Fields]
    dropped: tuple[Dropped, ...]
    used_secrets: dict[str, str]
    """Secrets that were agreed on, with the keyed digests of their values."""
    gaps: frozenset[EntityId] = frozenset()


def converge_plan(adapter: Adapter, parsed: Parsed, masked: Config, synced: Config, central: Config, waiting: Waiting, local: Local) -> ConvergePlan:
    """Compare what was found with what the target should hold.

    ``parsed`` is what is on disk, ``masked`` the same with secrets taken out. What may not be written keeps the bytes
    and the agreement that it has.
    """
    able = held(adapter, central)
    filled = fill(able.config, local)
    gaps = frozenset(central.keys() - able.config.keys())
    stays = _staying(gaps, waiting, filled.missing, masked, synced)
    found = parsed.reading.config
    wanted: dict[EntityId, Fields | None] = {}
    for entity, fields in filled.config.items():
        if entity not in stays and found.get(entity) != fields:
            wanted[entity] = fields
    for entity in found:
        if entity not in central and entity in synced and entity not in stays:
            wanted[entity] = None
    agreed = {e: f for e, f in central.items() if e not in stays}
    agreed |= {e: synced[e] for e in stays if e in synced}
    return ConvergePlan(wanted, agreed, _dropped(able, waiting, filled.missing, stays), _used(filled, stays, local), gaps)


def _used(filled: Filled, stays: Collection[EntityId], local: Local) -> dict[str, str]:
    """What each secret was when target and main last agreed on it.

    A value in an entity that waits is none of these: it would be taken for rotated, and given to everybody.
    """
    out = dict(local.agreed)
    for entity, used in filled.used.items():
        if entity not in stays:
            out |= used
    return out


def _staying(gaps: Collection[EntityId], waiting: Waiting, missing: Collection[EntityId], masked: Config, synced: Config) -> set[EntityId]:
    pending = {e for e in waiting.pending if e not in synced and e not in masked}
    return {*gaps, *waiting.review, *pending, *waiting.left_alone, *missing}


def _dropped(able: HeldConfig, waiting: Waiting, missing: Mapping[EntityId, tuple[str, ...]], stays: set[EntityId]) -> tuple[Dropped, ...]:
    out = [
        Dropped(entity, loss.path, loss.reason, "lost" if entity in able.config else "gap")
        for entity, losses in able.losses.items()
        for loss in losses
    ]
    out += [Dropped(e, (), f"waits for the secret {', '.join(names)}: `reconciler secrets set`", "held") for e, names in missing.items()]
    out += [Dropped(e, (), "waits for a decision: `reconciler conflicts`", "conflict" if word == "conflict" else "held") for e, word in waiting.review.items()]
    pending = [e for e in sorted(waiting.pending) if e in stays and e not in waiting.review and e not in missing]
    out += [Dropped(e, (), "waits until a conflict of other clients over it is settled", "pending") for e in pending]
    return tuple(out)
