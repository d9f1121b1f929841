"""Conflicts and held changes: what waits for a person, and what the person decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from reconciler.errors import Stalled
from reconciler.mapping.masking import mask
from reconciler.mapping.templates import TemplateError
from reconciler.merge.entity import WHOLE
from reconciler.model.fields import Fields, Leaf, flat, nested
from reconciler.model.names import MCP, kind_of
from reconciler.reconcile import approvals, policy_gate, reviews
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.centre import POLICY_ENTITY
from reconciler.reconcile.committing import person
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.reviews import Decision, Item
from reconciler.reconcile.targets import WRITTEN

Take = Literal["local", "central", "base", "edited"]


@dataclass(frozen=True)
class Choice:
    """``value`` is used with ``edited`` alone: what the field, or the whole entity, becomes."""

    take: Take
    value: Leaf | None = None

    def of(self, item: Item) -> Leaf | None:
        return self.value if self.take == "edited" else getattr(item, self.take)


def waiting(engine: Reconciler, kind: str | None = None) -> list[Item]:
    """All items of all targets, in the order of target and entity."""
    found = [item for _, review in reviews.open_reviews(engine.ports.store) for item in review.items if item.id not in review.decisions]
    found += _of_main(engine)
    return sorted((i for i in found if kind in (None, i.kind)), key=lambda i: (i.target, i.entity, i.path))


def _of_main(engine: Reconciler) -> Iterator[Item]:
    """What came by commits on main and waits for an approver before this machine's targets are given it."""
    head = engine.centre.in_force()[0]
    policy = policy_gate.held_item(engine.centre, head) if head else None
    yield from [policy] if policy else []
    for target in engine.targets() if head else []:
        if head and target.mode in WRITTEN:
            yield from approvals.held_items(engine.centre, target, agreement(engine.centre, target), head)


def item_named(engine: Reconciler, id_: str) -> Item:
    hits = [item for item in waiting(engine) if item.id == id_ or (len(id_) >= 4 and item.id.startswith(id_))]
    if len(hits) != 1:
        raise Stalled(f"{id_}: {'no' if not hits else 'more than one'} conflict or held change has this id; see `reconciler conflicts`")
    return hits[0]


def resolve(engine: Reconciler, id_: str, choice: Choice, every: bool = False) -> tuple[list[Item], Pass]:
    """Decide one item (with ``every``: all of its target and kind), then reconcile all targets with it."""
    chosen = item_named(engine, id_)
    return _decide(engine, [i for i in waiting(engine, chosen.kind) if i.target == chosen.target] if every else [chosen], choice)


def resolve_each(engine: Reconciler, ids: Sequence[str], choice: Choice) -> tuple[list[Item], Pass]:
    """Decide several items alike, of any targets, then reconcile all targets with them. All ids must be known."""
    return _decide(engine, [item_named(engine, id_) for id_ in dict.fromkeys(ids)], choice)


def _decide(engine: Reconciler, items: list[Item], choice: Choice) -> tuple[list[Item], Pass]:
    for item in items:
        _check(item, choice)
    store, who = engine.ports.store, person(engine)
    choices = {item.id: _without_secrets(engine, item, choice) for item in items}
    of_main = {item.id for item in _of_main(engine)}
    _decide_of_main(engine, [i for i in items if i.id in of_main], choice)
    for target in dict.fromkeys(item.target for item in items if item.id not in of_main):
        old = review = reviews.review(store, target)
        for item in (i for i in items if i.target == target and i.id not in of_main):
            mine = choices[item.id]
            review = reviews.decided(review, item, Decision(mine.take, mine.of(item), who.name, who.when))
        reviews.save(store, target, old, review.items, review.decisions, who)
    return items, engine.run(engine.targets())


def _without_secrets(engine: Reconciler, item: Item, choice: Choice) -> Choice:
    """What a person wrote into a file may hold a literal secret, as a client's file may: it goes to the vault."""
    target = next((t for t in engine.targets() if t.id == item.target), None)
    if choice.take != "edited" or choice.value is None or target is None:
        return choice
    is_whole = item.path == WHOLE
    fields = flat(kind_of(item.entity), choice.value) if is_whole and isinstance(choice.value, dict) else {item.path or ("",): choice.value}
    _check_shape(item, fields, is_whole)
    try:
        found = mask({item.entity: fields}, {}, engine.local(target))
    except TemplateError as error:
        raise Stalled(f"{item.id}: {error}") from None
    if found.exposed:
        raise Stalled(f"{item.id}: {found.exposed[item.entity]}")
    engine.ports.vault.put(found.stored)
    done = found.config[item.entity]
    return replace(choice, value=nested(done) if is_whole and isinstance(choice.value, dict) else done[item.path or ("",)])


def _check_shape(item: Item, fields: Fields, is_whole: bool) -> None:
    """Raise ``Stalled`` for a value that the file of a server could not hold: main would not be readable with it."""
    if kind_of(item.entity) != MCP:
        return
    from reconciler.model.central_file import overlay_of
    from reconciler.model.faults import validated
    from reconciler.model.server import Server

    found = validated(Server if is_whole else overlay_of(Server), str(item.entity), nested(fields))
    if isinstance(found, list):
        raise Stalled(f"{item.id}: {found[0].reason}")


def _decide_of_main(engine: Reconciler, items: list[Item], choice: Choice) -> None:
    head, targets = engine.centre.in_force()[0], {t.id: t for t in engine.targets()}
    for item in items:
        if head and item.entity == POLICY_ENTITY:
            policy_gate.decide(engine.centre, head, choice.take == "local", person(engine))
        elif head:
            approvals.decide(engine.centre, targets[item.target], head, item.entity, choice.take == "local", person(engine))


def _check(item: Item, choice: Choice) -> None:
    if choice.take == "base" and item.base is None and item.path == WHOLE and item.kind == "conflict" and item.central is not None:
        raise Stalled(f"{item.id}: there is no base to take: neither side had {item.entity} before; take local, central or a file")
    if item.kind == "held" and choice.take not in ("local", "central"):
        raise Stalled(f"{item.id}: a held change is approved or rejected as it is: `reconciler approve {item.id}` or `reject`")
