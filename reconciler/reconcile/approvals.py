"""Which content of main may be written to clients: what a change by a commit (a pull request) risks is judged here.

What our own merges land has passed the gate of integrate; its digest is noted, so that no target asks again. One
reference keeps, for each entity, the digests of its present content that may, or may not, be written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.errors import Raced
from reconciler.formats import yaml_text
from reconciler.mapping.adapter import held
from reconciler.model.fields import Fields, nested
from reconciler.model.names import EntityId, Revision
from reconciler.model.refnames import APPROVALS
from reconciler.model.results import Side
from reconciler.policy.findings import Level
from reconciler.policy.risk import digest_of, is_mass_removal, needs_approval, risk
from reconciler.ports import Author, Store
from reconciler.reconcile.agreement import Agreement
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.reviews import Item
from reconciler.reconcile.targets import Target, all_registered

_FILE = "approvals.yaml"
_REFUSED = "refused"
_TRIES = 10
_MASS = "more than half of the target's entities are removed at once"


@dataclass(frozen=True)
class Approvals:
    """``rows``: entity, digest, and what was said of it: ``landed``, ``approved by …`` or ``refused by …``."""

    rows: Mapping[EntityId, Mapping[str, str]] = field(default_factory=dict)
    ref: Revision | None = None

    def allows(self, entity: EntityId, fields: Fields | None) -> bool:
        word = self._word(entity, fields)
        return bool(word) and not word.startswith(_REFUSED)

    def refuses(self, entity: EntityId, fields: Fields | None) -> bool:
        return self._word(entity, fields).startswith(_REFUSED)

    def _word(self, entity: EntityId, fields: Fields | None) -> str:
        return self.rows.get(entity, {}).get(digest_of(entity, fields), "")


def approvals(store: Store) -> Approvals:
    ref = store.ref(APPROVALS)
    if ref is None:
        return Approvals()
    rows = yaml_text.read(store.files(ref)[_FILE])
    return Approvals({EntityId(e): dict(words) for e, words in rows.items()}, ref)


# ------------------------------------------------------------ what may not be written yet


def held_back(centre: Centre, target: Target, agreed: Agreement, revision: Revision) -> dict[EntityId, str]:
    """Entities of main that a target must not be given without an approver, and why.

    The policy that was in force when the target was last synced judges: a commit cannot lower the threshold for itself.
    """
    central = centre.config(revision, target)
    changed = [e for e in {**agreed.config, **central} if agreed.config.get(e) != central.get(e)]
    if not changed:
        return {}
    said = approvals(centre.store)
    threshold = centre.settings(agreed.revision or revision).threshold()
    gone = [e for e in changed if e not in central]
    mass = is_mass_removal(len(held(target.adapter, agreed.config).config), len(gone))
    able = held(target.adapter, central).config
    out: dict[EntityId, str] = {}
    for entity in changed:
        after = central.get(entity)
        if after is not None and entity not in able:
            continue  # a gap: it is not written anyway
        reason = _MASS if mass and after is None else _reason(entity, agreed.config.get(entity), after, threshold)
        if reason and not said.allows(entity, after):
            out[entity] = reason
    return out


def _reason(entity: EntityId, before: Fields | None, after: Fields | None, threshold: Level) -> str:
    found = risk(before, after, entity)
    return "; ".join(found.reasons) if needs_approval(found.level, threshold) else ""


def held_items(centre: Centre, target: Target, agreed: Agreement, revision: Revision) -> Iterator[Item]:
    """The same as what a person decides on, without what was refused. ``local`` is the proposal, ``central`` what stands."""
    said, central = approvals(centre.store), centre.config(revision, target)
    by = _by(centre, revision)
    for entity, reason in held_back(centre, target, agreed, revision).items():
        if not said.refuses(entity, central.get(entity)):
            new, old = (None if f is None else nested(f) for f in (central.get(entity), agreed.config.get(entity)))
            yield Item(target.id, entity, (), "held", f"by a commit on main: {reason}", None, new, old, by, Side(revision=agreed.revision or ""))


def _by(centre: Centre, revision: Revision) -> Side:
    commit = centre.store.read(revision)
    return Side("", commit.author.name, "", commit.author.when, commit.revision)


# ------------------------------------------------------------ what may be


def note(centre: Centre, before: Revision | None, after: Revision, entities: Collection[EntityId], word: str, author: Author) -> None:
    """Note what is about to be landed, as every target of every machine sees it; before main moves, so that a kill leaves it said.

    Only where some target could ask: content without risk, on an entity that never had any, needs no note.
    """
    rows: dict[EntityId, dict[str, str]] = {}
    known = approvals(centre.store).rows
    threshold = centre.settings(before or after).threshold()
    for target in all_registered(centre.store.files(after)):
        old, new = centre.config(before, target) if before else {}, centre.config(after, target)
        for entity in entities:
            fields = new.get(entity)
            if entity in known or any(_reason(entity, was, fields, threshold) for was in (old.get(entity), None)):
                rows.setdefault(entity, {})[digest_of(entity, fields)] = word
    _save(centre.store, rows, author, is_addition=False)


def decide(centre: Centre, target: Target, revision: Revision, entity: EntityId, is_approved: bool, author: Author) -> None:
    """What a person said of one digest; it holds for every target that is to have exactly that content."""
    digest = digest_of(entity, centre.config(revision, target).get(entity))
    word = f"{'approved' if is_approved else _REFUSED} by {author.name}"
    _save(centre.store, {entity: {digest: word}}, author, is_addition=True)


def decide_all(centre: Centre, target: Target, agreed: Agreement, revision: Revision, author: Author) -> None:
    """Approve all that waits for a target; what a person has refused stays refused."""
    for item in held_items(centre, target, agreed, revision):
        decide(centre, target, revision, item.entity, True, author)


def _save(store: Store, rows: Mapping[EntityId, Mapping[str, str]], author: Author, is_addition: bool) -> None:
    """Put the rows in the place of the entity's old ones, or beside them. Nothing is written when they say so already."""
    for _ in range(_TRIES):
        old = approvals(store)
        new = {e: {**(old.rows.get(e, {}) if is_addition else {}), **words} for e, words in rows.items()}
        if all(old.rows.get(e) == words for e, words in new.items()):
            return
        data = yaml_text.dump({str(e): dict(words) for e, words in sorted({**old.rows, **new}.items())})
        message = f"Approvals: {', '.join(sorted(new))[:80]}\n"
        try:
            store.move_ref(APPROVALS, store.commit(None, {_FILE: data}, [old.ref] if old.ref else [], message, author), old.ref)
        except Raced:
            continue
        return
    raise Raced("approvals are being written by others all the time; try again")
