"""Reviews: what waits for a person, kept in Git so that it survives the process and can be read by plain git.

One reference a target, ``refs/reviews/<machine>/<client>/<scope>``; its ``review.yaml`` lists the items and what was
decided about them. An item's id follows from its content: a decision holds for exactly what the person saw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from reconciler.fault_points import fault_point
from reconciler.formats import yaml_text
from reconciler.model.fields import Leaf, Path, dotted
from reconciler.model.names import EntityId, Revision, TargetId
from reconciler.model.refnames import REVIEWS, review_ref, target_of
from reconciler.model.results import Side
from reconciler.ports import Author, Store

Kind = Literal["conflict", "held"]
_FILE = "review.yaml"


@dataclass(frozen=True)
class Item:
    """One field in conflict, or one entity that is held. An empty path is the whole entity; None is absent."""

    target: TargetId
    entity: EntityId
    path: Path
    kind: Kind
    reason: str
    base: Leaf | None
    local: Leaf | None
    central: Leaf | None
    local_by: Side = field(default_factory=Side)
    central_by: Side = field(default_factory=Side)

    @property
    def id(self) -> str:
        seen = [self.target, self.entity, list(self.path), self.kind, self.base, self.local, self.central]
        return hashlib.sha256(json.dumps(seen, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Decision:
    """What a person chose for an item. ``value`` is what the field or entity becomes (None: absent)."""

    take: Literal["local", "central", "base", "edited"]
    value: Leaf | None
    by: str
    at: float


@dataclass(frozen=True)
class Review:
    items: tuple[Item, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    ref: Revision | None = None

    def words(self) -> dict[EntityId, str]:
        """The entities that wait, and whether in conflict or held: what is decided of one waits for the rest of it."""
        out: dict[EntityId, str] = {}
        for item in self.items:
            kind = "held" if item.id in self.decisions else item.kind
            out[item.entity] = "conflict" if "conflict" in (kind, out.get(item.entity)) else "held"
        return out


def review(store: Store, target: TargetId) -> Review:
    """The open review of a target; empty when nothing waits."""
    ref = store.ref(review_ref(target))
    return review_at(store, target, ref) if ref else Review()


def open_reviews(store: Store) -> Iterator[tuple[TargetId, Review]]:
    for name, ref in sorted(store.refs(REVIEWS).items()):
        target = target_of(name)
        if target:
            yield target, review_at(store, target, ref)


def review_at(store: Store, target: TargetId, ref: Revision) -> Review:
    """The review as one version of its reference says it."""
    value = yaml_text.read(store.files(ref)[_FILE])
    items = tuple(_item(target, i) for i in value.get("items", []))
    return Review(items, {key: Decision(**d) for key, d in value.get("decisions", {}).items()}, ref)


def _item(target: TargetId, value: Mapping[str, Any]) -> Item:
    sides = {key: Side(**value[key]) for key in ("local_by", "central_by")}
    return Item(
        target,
        EntityId(value["entity"]),
        tuple(value["path"]),
        value["kind"],
        value["reason"],
        *(json.loads(value[key]) for key in ("base", "local", "central")),
        **sides,
    )


def save(store: Store, target: TargetId, old: Review, items: tuple[Item, ...], decisions: Mapping[str, Decision], author: Author) -> Review:
    """Make the review say ``items``; decisions on items that are gone go too. Nothing is written when it says so already."""
    ids = {item.id for item in items}
    kept = {key: d for key, d in decisions.items() if key in ids}
    if {i.id for i in old.items} == ids and dict(old.decisions) == kept:
        return old
    if not items:
        if old.ref:
            store.move_ref(review_ref(target), None, old.ref)
        return Review()
    data = yaml_text.dump({"items": [_value(i) for i in items], "decisions": {key: vars(d) for key, d in kept.items()}})
    subject = f"Review {target}: {len(items)} waiting, {len(kept)} decided"
    parents = [old.ref] if old.ref else []
    new = store.commit(None, {_FILE: data}, parents, subject + "\n", author)
    fault_point("review.committed")
    store.move_ref(review_ref(target), new, old.ref)
    return Review(items, kept, new)


def _value(item: Item) -> dict[str, Any]:
    """Values of any shape are kept as JSON text, so that every one comes back as it was."""
    sides = {key: vars(getattr(item, key)) for key in ("local_by", "central_by")}
    values = {key: json.dumps(getattr(item, key), ensure_ascii=False) for key in ("base", "local", "central")}
    head = {"id": item.id, "entity": str(item.entity), "path": list(item.path), "field": dotted(item.path), "kind": item.kind}
    return {**head, "reason": item.reason, **values, **sides}


def decided(old: Review, item: Item, decision: Decision) -> Review:
    """The review with one more decision; not saved yet."""
    return replace(old, decisions={**old.decisions, item.id: decision})
