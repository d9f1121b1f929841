"""Masking what was masked before: only what has changed since is looked at, as long as all that is known is the same.

A wrong answer here would let a secret through, so whatever masking may read counts: where in doubt, it is done anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reconciler.mapping.filling import Local
from reconciler.mapping.masking import Masked, in_order, mask
from reconciler.model.fields import Config, Fields, are_same
from reconciler.model.names import EntityId


@dataclass(frozen=True)
class Masking:
    """A masked config, with all that it followed from.

    ``vault`` names the state of the values that ``local`` could ask for; None: a state that has no name, so nobody
    can tell whether it is the same again.
    """

    raw: Config
    expected: Config
    local: Local
    vault: str | None
    masked: Masked

    def unchanged(self, raw: Config, expected: Config, local: Local, vault: str | None) -> set[EntityId]:
        """Entities of ``raw`` that masking would give the same form again."""
        if vault is None or vault != self.vault or self.masked.has_found_values or not _is_same_knowledge(self.local, local):
            return set()
        return {e for e, fields in raw.items() if _is_one(fields, self.raw.get(e)) and _is_one(expected.get(e), self.expected.get(e))}


def masking(raw: Config, expected: Config, local: Local, vault: str | None, before: Masking | None = None) -> Masking:
    """What ``mask`` returns, with what it followed from. ``before`` is such a result of earlier."""
    kept = replace(local, environ=dict(local.environ), agreed=dict(local.agreed), resolved=dict(local.resolved))  # theirs may change in place
    return Masking(dict(raw), dict(expected), kept, vault, _masked(raw, expected, local, vault, before))


def _masked(raw: Config, expected: Config, local: Local, vault: str | None, before: Masking | None) -> Masked:
    same = before.unchanged(raw, expected, local, vault) if before else set()
    new = mask({e: f for e, f in raw.items() if e not in same}, expected, local)
    if before is None or not same:
        return new
    if new.has_found_values:  # a value that was found in one entity is looked for in all
        return mask(raw, expected, local)
    return _joined(raw, before.masked, new, same)


def _joined(raw: Config, old: Masked, new: Masked, same: set[EntityId]) -> Masked:
    sources = {e: old if e in same else new for e in in_order(raw)}
    config = {e: sources[e].config[e] for e in raw if e in sources[e].config}
    naming = {e: one.naming[e] for e, one in sources.items() if e in one.naming}
    digests = {**old.digests, **new.digests}
    held = {name: digests[name] for names in naming.values() for name in names if name in digests}
    return Masked(config, digests=held, exposed={e: one.exposed[e] for e, one in sources.items() if e in one.exposed}, naming=naming)


def _is_same_knowledge(one: Local, other: Local) -> bool:
    """Everything but the values, for which the state of the vault stands."""
    return replace(one, value=other.value) == other


def _is_one(fields: Fields | None, other: Fields | None) -> bool:
    return fields is other if fields is None or other is None else are_same(fields, other)
