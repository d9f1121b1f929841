"""capture: from a target's files to commits on its change branch. Whatever started it, it reads the world again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.errors import Raced, Stalled
from reconciler.mapping.documents import overlooked
from reconciler.mapping.layers import Layer
from reconciler.mapping.lowering import Placement, usual_placement
from reconciler.model.fields import Fields
from reconciler.model.names import EntityId, Revision
from reconciler.plan.adoption import own_layers
from reconciler.plan.local import LocalConfig, local_config
from reconciler.ports import Author, Ports
from reconciler.reconcile import branches
from reconciler.reconcile.agreement import Agreement
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.facts import Facts, digest_of
from reconciler.reconcile.observe import Observed, look


@dataclass(frozen=True)
class Captured:
    """``branch`` is the open change branch, if any; ``is_new`` when this pass committed something to it.

    ``is_correction``: what was found is a client's stale overwrite, to be written again. ``gaps`` were left out.
    """

    branch: branches.Branch | None
    is_new: bool = False
    is_correction: bool = False
    gaps: frozenset[EntityId] = frozenset()


def capture(
    ports: Ports, centre: Centre, observed: Observed, agreed: Agreement, main: Revision, facts: Facts, session: str, adoption: Mapping[EntityId, Layer]
) -> Captured:
    """Commit what the target's files changed since it was synced. Nothing new means nothing written."""
    target = observed.target
    branch = branches.open_branch(centre, target)
    central = centre.config(main, target)
    left_alone = {*observed.parsed.reading.unreadable, *observed.masked.exposed}
    local = local_config(target.adapter, observed.masked.config, agreed.config, central, left_alone)
    if local.changed and facts.is_stale_overwrite(digest_of(observed.masked.config), ports.clock.now()):
        return Captured(branch, is_correction=True, gaps=local.gaps)
    new = _new(centre, observed, branch, local, left_alone)
    if not new and not observed.masked.stored:
        return Captured(branch, gaps=local.gaps)
    if look(ports.disk, target.adapter, target.root).digests() != observed.seen.digests():
        raise Raced(f"{target.id}: its files are being written", after_s=0.0)  # a half-written file may well parse
    for problem in overlooked(observed.parsed.docs):
        raise Stalled(f"line {problem.line}, column {problem.column}: {problem.reason}; nothing was captured", problem.file)
    if observed.masked.stored:
        ports.vault.put(observed.masked.stored)  # before anything refers to them
    if not new:
        return Captured(branch, gaps=local.gaps)
    root = branch.root if branch else agreed.revision or main
    placement = _placement(centre, observed, main, local, adoption)
    is_adoption = agreed.ref is None
    author = author_of(observed, ports.clock.now())
    branch = branches.put(ports, centre, target, branch, root, new, placement, author, session, overlaid=is_adoption)
    return Captured(branch, is_new=True, gaps=local.gaps)


def _new(
    centre: Centre, observed: Observed, branch: branches.Branch | None, local: LocalConfig, left_alone: set[EntityId]
) -> dict[EntityId, Fields | None]:
    """What differs from the tip of the open branch, or from what was agreed when there is none."""
    if branch is None:
        return {e: local.config.get(e) for e in local.changed}
    tip = centre.config(branch.tip, observed.target)
    asked = {*local.changed, *branches.changed_entities(centre, observed.target, branch)} - left_alone
    return {e: local.config.get(e) for e in sorted(asked) if tip.get(e) != local.config.get(e)}


def _placement(centre: Centre, observed: Observed, main: Revision, local: LocalConfig, adoption: Mapping[EntityId, Layer]) -> Placement:
    target = observed.target
    own = {**own_layers(target.adapter, local.config), **adoption}
    return usual_placement(target.machine, own, centre.settings(main).new_entities(target), local.config)


def author_of(observed: Observed, now: float) -> Author:
    """The client is the author of what was edited in its files."""
    target = observed.target
    return Author(f"{target.adapter.title} on {target.machine}", f"{target.client}@{target.machine}", now)
