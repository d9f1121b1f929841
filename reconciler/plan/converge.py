"""What must be written to a target, and what both sides agree on afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reconciler.mapping.adapter import Adapter, HeldConfig, Parsed, beside, held
from reconciler.mapping.filling import unwritten
from reconciler.mapping.ignoring import NOTHING, Ignoring
from reconciler.mapping.masking import Filled, Local, fill
from reconciler.model.fields import Config, Fields, differ
from reconciler.model.names import EntityId
from reconciler.model.results import Dropped, Why

_WAITS: Mapping[str, tuple[str, Why]] = {
    "conflict": ("waits for a decision: `reconciler conflicts`", "conflict"),
    "held": ("waits for an approver: `reconciler conflicts`", "held"),
    "pending": ("waits for its merge on the Git host: open a pull request from its branch", "pending"),
    "refused": ("was refused, and main has it still: take its commit back with `reconciler revert`", "refused"),
}

_BY_RULE = "an ignore rule leaves it as it is: `reconciler ignore list`"

_Names = Mapping[EntityId, tuple[str, ...]]


@dataclass(frozen=True)
class Waiting:
    """Entities that must not be written to a target now, and the word for why."""

    review: Mapping[EntityId, str]
    """Waits in a review of this target: ``conflict`` or ``held``; or ``refused``, and main has it still."""
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


def converge_plan(
    adapter: Adapter, parsed: Parsed, masked: Config, synced: Config, central: Config, waiting: Waiting, local: Local, ignoring: Ignoring = NOTHING
) -> ConvergePlan:
    """Compare what was found with what the target should hold.

    ``parsed`` is what is on disk, ``masked`` the same with secrets taken out. What may not be written keeps the bytes
    and the agreement that it has: so do ignored fields.
    """
    able = held(adapter, central)
    found = parsed.reading.config
    ignored = ignoring.left_alone(central, found)
    written = ignoring.seen(able.config, ignored)
    filled = fill(written, local)
    gaps = frozenset(central.keys() - able.config.keys())
    barred = unwritten(written, filled, found, local)
    stays = {*ignored, *_staying(gaps, waiting, {**filled.missing, **barred}, masked, synced)}
    stays |= beside(adapter, found, able.config, {*ignored, *waiting.review})
    wanted: dict[EntityId, Fields | None] = {}
    for entity, fields in filled.config.items():
        full = ignoring.laid(entity, fields, found.get(entity, {}))
        if entity not in stays and differ(found.get(entity), full):
            wanted[entity] = full
    for entity in found:
        if entity not in central and entity in synced and entity not in stays:
            wanted[entity] = None
    agreed = {e: ignoring.laid(e, f, synced.get(e, {})) for e, f in central.items() if e not in stays}
    agreed |= {e: synced[e] for e in stays if e in synced}
    told = (d for d in _dropped(able, waiting, filled.missing, barred, stays) if d.entity not in ignored or d.entity in waiting.review)
    dropped = (*told, *_ignored(ignoring, ignored, able, central, found, local))
    return ConvergePlan(wanted, agreed, dropped, _used(filled, stays, local), gaps)


def _ignored(ignoring: Ignoring, alone: Collection[EntityId], able: HeldConfig, central: Config, found: Config, local: Local) -> list[Dropped]:
    """What main has and the files have otherwise, because of an ignore rule: whole entities, or fields."""
    fields = {e: tuple(ignoring.paths(e, f)) for e, f in able.config.items() if e not in alone} if ignoring.patterns else {}
    asked = {e: able.config[e] for e in (*alone, *(e for e, paths in fields.items() if paths)) if e in able.config}
    said = {**asked, **fill(asked, local).config}
    whole = [Dropped(e, (), _BY_RULE, "ignored") for e in sorted(alone) if e in central and (e not in said or differ(found.get(e), said[e]))]
    rows = [(e, path) for e, paths in fields.items() for path in paths if found.get(e, {}).get(path) != said[e].get(path)]
    return [*whole, *(Dropped(e, path, _BY_RULE, "ignored") for e, path in rows)]


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


def _dropped(able: HeldConfig, waiting: Waiting, missing: _Names, barred: _Names, stays: set[EntityId]) -> tuple[Dropped, ...]:
    out = [
        Dropped(entity, loss.path, loss.reason, "lost" if entity in able.config or loss.is_out_of_scope else "gap")
        for entity, losses in able.losses.items()
        for loss in losses
    ]
    out += [Dropped(e, (), f"waits for the secret {', '.join(names)}: `reconciler secrets set`", "held") for e, names in missing.items() if e not in barred]
    out += [Dropped(e, (), f"a project's file is given no secret ({', '.join(names)}): use a variable there, as ${{env:NAME}}", "held") for e, names in barred.items()]
    out += [Dropped(e, (), *_WAITS[word]) for e, word in waiting.review.items()]
    pending = [e for e in sorted(waiting.pending) if e in stays and e not in waiting.review and e not in missing and e not in barred]
    out += [Dropped(e, (), "waits until a conflict of other clients over it is settled", "pending") for e in pending]
    return tuple(out)
