"""Conflicts and held changes: what waits for a person, and what the person decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reconciler.errors import Stalled
from reconciler.merge.entity import WHOLE
from reconciler.model.fields import Leaf
from reconciler.reconcile import reviews
from reconciler.reconcile.passes import Pass, Reconciler
from reconciler.reconcile.reviews import Decision, Item
from reconciler.reconcile.starting import person

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
    return sorted((i for i in found if kind in (None, i.kind)), key=lambda i: (i.target, i.entity, i.path))


def item_named(engine: Reconciler, id_: str) -> Item:
    hits = [item for item in waiting(engine) if item.id == id_ or (len(id_) >= 4 and item.id.startswith(id_))]
    if len(hits) != 1:
        raise Stalled(f"{id_}: {'no' if not hits else 'more than one'} conflict or held change has this id; see `reconciler conflicts`")
    return hits[0]


def resolve(engine: Reconciler, id_: str, choice: Choice, every: bool = False) -> tuple[list[Item], Pass]:
    """Decide one item (with ``every``: all of its target and kind), then reconcile all targets with it."""
    chosen = item_named(engine, id_)
    items = [i for i in waiting(engine, chosen.kind) if i.target == chosen.target] if every else [chosen]
    store = engine.ports.store
    review = reviews.review(store, chosen.target)
    who = person(engine)
    for item in items:
        _check(item, choice)
        review = reviews.decided(review, item, Decision(choice.take, choice.of(item), who.name, who.when))
    old = reviews.review(store, chosen.target)
    reviews.save(store, chosen.target, old, review.items, review.decisions, who)
    return items, engine.run(engine.targets())


def _check(item: Item, choice: Choice) -> None:
    if choice.take == "base" and item.base is None and item.path == WHOLE and item.kind == "conflict" and item.central is not None:
        raise Stalled(f"{item.id}: there is no base to take: neither side had {item.entity} before; take local, central or a file")
    if item.kind == "held" and choice.take not in ("local", "central"):
        raise Stalled(f"{item.id}: a held change is approved or rejected as it is: `reconciler approve {item.id}` or `reject`")
