"""Which content of main may be written to clients: what a change by a commit (a pull request) risks is judged here.

What our own merges land has passed the gate of integrate; its digest is noted, so that no target asks again. One
reference keeps, for each entity, the digests of its present content that may, or may not, be written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from reconciler.mapping.adapter import held
from reconciler.mapping.layers import Layer
from reconciler.model.fields import Fields, differ, nested
from reconciler.model.names import EntityId, Revision
from reconciler.model.results import Side
from reconciler.policy.findings import Level
from reconciler.policy.risk import digest_of, is_mass_removal, needs_approval, risk
from reconciler.ports import Author
from reconciler.reconcile.agreement import Agreement, agreement
from reconciler.reconcile.approved import REFUSED, row_of, save
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.reviews import Item
from reconciler.reconcile.targets import Target, all_registered

_MASS = "more than half of the target's entities are removed at once"


# ------------------------------------------------------------ what may not be written yet


def held_back(centre: Centre, target: Target, agreed: Agreement, revision: Revision) -> dict[EntityId, str]:
    """Entities of main that a target must not be given without an approver, and why.

    The policy in force judges: a commit cannot weaken it for itself, and a machine that joined since makes a fleet.
    """
    central = centre.config(revision, target)
    changed = [e for e in {**agreed.config, **central} if differ(agreed.config.get(e), central.get(e))]
    if not changed:
        return {}
    if centre.policy(revision).is_protected:
        return {}  # the host's merge is the approval
    said = centre.approvals()
    threshold = centre.policy(revision).threshold()
    whole = centre.whole(revision, target)
    gone = [e for e in changed if e not in whole]
    mass = bool(gone) and is_mass_removal(len(held(target.adapter, agreed.config).config), len(gone))
    able = held(target.adapter, central).config
    out: dict[EntityId, str] = {}
    for entity in changed:
        after = central.get(entity)
        if after is not None and entity not in able:
            continue  # a gap: it is not written anyway
        reason = _MASS if mass and after is None else _reason(entity, agreed.config.get(entity), after, threshold)
        if reason and not said.allows(target.base, entity, after):
            out[entity] = reason
    return out


def waiting_at(centre: Centre, targets: Iterable[Target], revision: Revision) -> set[EntityId]:
    """What at least one of these targets must not be given without an approver."""
    return {entity for target in targets for entity in held_back(centre, target, agreement(centre, target), revision)}


def _asked(centre: Centre, target: Target, agreed: Agreement, revision: Revision) -> dict[EntityId, str]:
    """The same without what the target ignores: nobody is asked for what is not written. Unapproved it is all the same."""
    ignoring = centre.ignoring(revision, target)
    return {e: reason for e, reason in held_back(centre, target, agreed, revision).items() if not ignoring.is_whole(e)}


def words(centre: Centre, target: Target, agreed: Agreement, revision: Revision) -> dict[EntityId, str]:
    """``held`` for what waits for an approver, ``refused`` for what a person said shall not be written."""
    said, central = centre.approvals(), centre.config(revision, target)
    waiting = _asked(centre, target, agreed, revision)
    return {e: "refused" if said.refuses(target.base, e, central.get(e)) else "held" for e in waiting}


def _reason(entity: EntityId, before: Fields | None, after: Fields | None, threshold: Level) -> str:
    found = risk(before, after, entity)
    return "; ".join(found.reasons) if needs_approval(found.level, threshold) else ""


def held_items(centre: Centre, target: Target, agreed: Agreement, revision: Revision) -> Iterator[Item]:
    """The same as what a person decides on, without what was refused. ``local`` is the proposal, ``central`` what stands."""
    said, central = centre.approvals(), centre.config(revision, target)
    by = _by(centre, revision)
    for entity, reason in _asked(centre, target, agreed, revision).items():
        if not said.refuses(target.base, entity, central.get(entity)):
            new, old = (None if f is None else nested(f) for f in (central.get(entity), agreed.config.get(entity)))
            yield Item(target.id, entity, (), "held", f"by a commit on main: {reason}", None, new, old, by, Side(revision=agreed.revision or ""))


def _by(centre: Centre, revision: Revision) -> Side:
    commit = centre.store.read(revision)
    return Side("", commit.author.name, "", commit.author.when, commit.revision)


# ------------------------------------------------------------ what may be


def note(
    centre: Centre, before: Revision | None, after: Revision, base: Layer, entities: Collection[EntityId], word: str, author: Author,
    judged: Target | None = None,
) -> None:  # fmt: skip
    """Note what is about to be landed in a scope, as each of its targets sees it; before main moves, so that a kill leaves it said.

    Only where some target could ask: content without risk, on an entity that never had any, needs no note. ``judged`` is the
    target whose view passed the gate: of others, whose overlays make another thing of it, nothing is said that they would ask.
    """
    rows: dict[str, dict[str, str]] = {}
    known = centre.approvals().rows
    threshold = centre.policy(before or after).threshold()
    passed = centre.config(after, judged) if judged else {}
    for target in (t for t in all_registered(centre.store.files(after)) if t.base == base):
        old, new = centre.config(before, target) if before else {}, centre.config(after, target)
        for entity in entities:
            row, was, fields = row_of(base, entity), old.get(entity), new.get(entity)
            said = known.get(row, {})
            if judged is None or fields == passed.get(entity):
                view = word
            else:
                view = said.get(digest_of(entity, fields)) or (word if _is_plain(entity, was, fields, said, threshold) else "")
            if view and (row in known or any(_reason(entity, one, fields, threshold) for one in (was, None))):
                rows.setdefault(row, {})[digest_of(entity, fields)] = view
    save(centre.store, rows, author, is_addition=False)


def _is_plain(entity: EntityId, was: Fields | None, fields: Fields | None, said: Mapping[str, str], threshold: Level) -> bool:
    """Whether a change adds no risk to what was said to be fine, or never had one."""
    before = said.get(digest_of(entity, was), "")
    was_fine = not before.startswith(REFUSED) and (bool(before) or not _reason(entity, None, was, threshold))
    return was_fine and not _reason(entity, was, fields, threshold)


def withdraw(centre: Centre, before: Revision, after: Revision, base: Layer, entities: Collection[EntityId], author: Author) -> None:
    """Take back what was said of content that some targets have and others are given now: these are asked for anew."""
    known = centre.approvals().rows
    rows = {row: dict(known[row]) for e in entities if (row := row_of(base, e)) in known}
    for target in (t for t in all_registered(centre.store.files(after)) if t.base == base):
        old, new = centre.config(before, target), centre.config(after, target)
        for entity in (e for e in entities if row_of(base, e) in rows):
            if old.get(entity) != new.get(entity):
                rows[row_of(base, entity)].pop(digest_of(entity, new.get(entity)), None)
    save(centre.store, rows, author, is_addition=False)


def decide(centre: Centre, target: Target, revision: Revision, entity: EntityId, is_approved: bool, author: Author) -> None:
    """What a person said of one digest; it holds for every target that is to have exactly that content."""
    digest = digest_of(entity, centre.config(revision, target).get(entity))
    word = f"{'approved' if is_approved else REFUSED} by {author.name}"
    save(centre.store, {row_of(target.base, entity): {digest: word}}, author, is_addition=True)


def decide_all(
    centre: Centre, target: Target, agreed: Agreement, revision: Revision, author: Author, but: Collection[EntityId] = frozenset()
) -> None:
    """Approve all that waits for a target, ``but`` some; what a person has refused stays refused."""
    for item in held_items(centre, target, agreed, revision):
        if item.entity not in but:
            decide(centre, target, revision, item.entity, True, author)
