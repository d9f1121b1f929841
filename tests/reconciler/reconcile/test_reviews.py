"""Reviews are kept in Git: readable by plain git, and a decision holds for exactly what was seen."""

from __future__ import annotations

import pytest

from reconciler.model.names import EntityId, TargetId
from reconciler.model.results import Side
from reconciler.ports import Author
from reconciler.reconcile.reviews import Decision, Item, Review, open_reviews, review, save
from tests.fakes.store import MemoryStore

TARGET = TargetId("laptop-1/codex/user")
WHO = Author("ann", "ann@example.invalid", 1.0)


def item(local: object = ["b"], path: tuple[str, ...] = ("args",), kind: str = "conflict") -> Item:
    return Item(TARGET, EntityId("mcp/one"), path, kind, "why", None, local, {"a": [1, None, True]}, Side(TARGET, "ann", "laptop-1", 2.5, "abc"))  # type: ignore[arg-type]


def saved(store: MemoryStore, *items: Item, old: Review | None = None, decisions: dict[str, Decision] | None = None) -> Review:
    return save(store, TARGET, old or Review(), items, decisions or {}, WHO)


@pytest.mark.parametrize("local", [None, "text", "yes", "007", 1.5, ["a", "ü"], {"a": {"b": []}}, "a\nb"])
def test_an_item_comes_back_as_it_was(local: object) -> None:
    store = MemoryStore()
    saved(store, item(local))
    assert review(store, TARGET).items == (item(local),)


def test_an_id_follows_from_the_content() -> None:
    assert item().id == item().id
    assert len({item(["b"]).id, item(["c"]).id, item(path=("env", "A")).id, item(kind="held").id}) == 4


def test_a_decision_on_an_item_that_is_gone_goes_too() -> None:
    store = MemoryStore()
    first = saved(store, item(["b"]), decisions={item(["b"]).id: Decision("local", ["b"], "ann", 1.0)})
    assert saved(store, item(["c"]), old=first, decisions=dict(first.decisions)).decisions == {}


def test_the_same_again_writes_nothing() -> None:
    store = MemoryStore()
    first, count = saved(store, item()), store.count()
    assert saved(store, item(), old=first) == first
    assert store.count() == count


def test_with_nothing_left_its_reference_goes() -> None:
    store = MemoryStore()
    saved(store, old=saved(store, item()))
    assert list(open_reviews(store)) == []


def test_earlier_states_stay_readable() -> None:
    store = MemoryStore()
    first = saved(store, item(["b"]))
    second = saved(store, item(["c"]), old=first)
    assert second.ref is not None
    assert store.read(second.ref).parents == (first.ref,)


def test_an_entity_with_a_conflict_and_a_held_field_is_in_conflict() -> None:
    assert Review((item(kind="held"), item(path=("env", "A")))).words() == {"mcp/one": "conflict"}
