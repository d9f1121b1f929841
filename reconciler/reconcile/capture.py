"""capture: from a target's files to commits on its change branch. Whatever started it, it reads the world again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from reconciler.errors import Raced, Stalled
from reconciler.fault_points import fault_point
from reconciler.mapping.adapter import held
from reconciler.mapping.documents import overlooked
from reconciler.mapping.filling import secret_names
from reconciler.mapping.layers import Layer, within
from reconciler.mapping.lowering import Placement, usual_placement
from reconciler.model.fields import Fields, count_changed, differ
from reconciler.model.names import EntityId, Revision
from reconciler.plan.adoption import own_layers, shared_texts
from reconciler.plan.local import LocalConfig, local_config
from reconciler.policy.risk import is_mass_removal
from reconciler.ports import Author, Ports
from reconciler.reconcile import branches
from reconciler.reconcile.agreement import Agreement
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.facts import Facts, digest_of
from reconciler.reconcile.observe import Observed, look


@dataclass(frozen=True)
class Captured:
    """``branch`` is the open change branch, if any; ``is_new`` when this pass committed something to it.

    ``is_return``: that was just what our last write displaced.
    ``stale`` are entities that a client's stale overwrite brought back, to be written again. ``gaps`` were left out.
    ``drifted`` is how many fields differ from what was agreed.
    """

    branch: branches.Branch | None
    is_new: bool = False
    is_return: bool = False
    stale: frozenset[EntityId] = frozenset()
    gaps: frozenset[EntityId] = frozenset()
    drifted: int = 0


def capture(
    ports: Ports, centre: Centre, observed: Observed, agreed: Agreement, main: Revision, facts: Facts, session: str, adoption: Mapping[EntityId, Layer]
) -> Captured:
    """Commit what the target's files changed since it was synced. Nothing new means nothing written."""
    target = observed.target
    branch = branches.open_branch(centre, target)
    central = centre.config(main, target)
    left_alone = {*observed.left_alone(agreed.config, central), *centre.withheld(main, target)}
    local = local_config(target.adapter, observed.masked.config, agreed.config, central, left_alone, observed.ignoring)
    new = _new(centre, observed, branch, local, left_alone)
    stale = _stale(ports, observed, facts, new, held(target.adapter, agreed.config).config)
    new = {entity: fields for entity, fields in new.items() if entity not in stale}
    secrets = fresh_secrets(ports, observed, facts)
    found = Captured(branch, stale=stale, gaps=local.gaps, drifted=count_changed(agreed.config, local.config, local.changed))
    if not new and not secrets:
        return found
    # A half-written file may well parse. Whether a writer is there is asked first: one that has gone since has changed it.
    is_written = any(ports.disk.is_being_written(target.root, path) for path in observed.seen.files)
    if is_written or look(ports.disk, target.adapter, target.root).digests() != observed.seen.digests():
        raise Raced(f"{target.id}: its files are being written", after_s=0.0)
    for problem in overlooked(observed.parsed.docs):
        raise Stalled(f"{problem.reason}; {problem.advice}; nothing was captured", problem.file, place=(problem.line, problem.column))
    fault_point("capture.checked")
    if secrets:
        ports.vault.put(secrets)  # before anything refers to them
        fault_point("capture.secrets-kept")
    if not new:
        return found
    root = branch.root if branch else agreed.revision or main
    placement = _placement(centre, observed, main, local, adoption)
    is_adoption = agreed.ref is None
    author = author_of(observed, ports.clock.now())
    branch = branches.put(ports, centre, target, branch, root, new, placement, author, session, overlaid=is_adoption)
    fault_point("capture.captured")
    return replace(found, branch=branch, is_new=True, is_return=facts.displaced == digest_of(observed.masked))


def _stale(ports: Ports, observed: Observed, facts: Facts, new: Mapping[EntityId, Fields | None], before: Collection[EntityId]) -> frozenset[EntityId]:
    """What a client's save brought back as it was before our write: no edit, but for what comes back again and alone.

    Beside an edit of its own it is none either: that save was of a file read before our write. Unless so much of what
    it held ``before`` is gone that the file was emptied: all of that is one removal, for a person to judge.
    """
    back = facts.brought_back(observed.masked, ports.clock.now())
    is_edited = not back.keys() >= new.keys()
    asked = {*new, *chain.from_iterable(_naming(observed, observed.masked.stored).values())} & back.keys()
    gone = {entity for entity in before if entity in new and new[entity] is None}
    if not gone <= back.keys() and is_mass_removal(len(before), len(gone)):
        asked -= gone
    return frozenset(entity for entity in asked if is_edited or not back[entity])


def fresh_secrets(ports: Ports, observed: Observed, facts: Facts) -> dict[str, str]:
    """New values of secrets, but for those that a stale overwrite brought back: they are no rotation."""
    stored = observed.masked.stored
    naming = _naming(observed, stored)
    back = {entity for entity, again in facts.brought_back(observed.masked, ports.clock.now()).items() if not again} if stored else set[EntityId]()
    return {name: value for name, value in stored.items() if not naming[name] or naming[name] - back}


def _naming(observed: Observed, names: Collection[str]) -> dict[str, set[EntityId]]:
    """The entities that refer to each of these secrets."""
    found: dict[str, set[EntityId]] = {name: set() for name in names}
    for entity, fields in observed.masked.config.items() if names else ():
        for name in chain.from_iterable(secret_names(leaf) for leaf in fields.values()):
            if name in found:
                found[name].add(entity)
    return found


def _new(
    centre: Centre, observed: Observed, branch: branches.Branch | None, local: LocalConfig, left_alone: set[EntityId]
) -> dict[EntityId, Fields | None]:
    """What differs from the tip of the open branch, or from what was agreed when there is none."""
    if branch is None:
        return {e: local.config.get(e) for e in local.changed}
    tip = centre.config(branch.tip, observed.target)
    asked = {*local.changed, *branches.changed_entities(centre, observed.target, branch)} - left_alone
    return {e: local.config.get(e) for e in sorted(asked) if differ(tip.get(e), local.config.get(e))}


def _placement(centre: Centre, observed: Observed, main: Revision, local: LocalConfig, adoption: Mapping[EntityId, Layer]) -> Placement:
    target = observed.target
    if target.local_to:
        return lambda entity: target.base
    own = {**own_layers(target.adapter, local.config), **adoption, **shared_texts(target.adapter)}
    usual = usual_placement(target.machine, own, centre.settings(main).new_entities(target), local.config)
    return lambda entity: within(target.base, usual(entity))


def author_of(observed: Observed, now: float) -> Author:
    """The client is the author of what was edited in its files."""
    target = observed.target
    return Author(f"{target.adapter.title} on {target.machine}", f"{target.client}@{target.machine}", now)
