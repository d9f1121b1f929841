"""Read once, and still as it is: references and facts of a round are those that a fresh look would give."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.errors import Raced
from reconciler.model.names import Revision
from reconciler.ports import Author
from reconciler.reconcile.steady import SteadyMemory, SteadyStore
from tests.fakes.memory import MemoryMemory
from tests.fakes.store import MemoryStore

NAMES = ("refs/heads/main", "refs/heads/changes/a/b", "refs/synced/a/b")
PREFIXES = ("refs/", "refs/heads/", "refs/heads/changes/", "refs/synced/", "refs/reviews/")
AUTHOR = Author("ann", "ann@example.invalid", 0.0)


def steady(count: int = 3) -> tuple[MemoryStore, SteadyStore, list[Revision]]:
    store = MemoryStore()
    return store, SteadyStore(store), [store.commit(None, {"file": str(n).encode()}, [], "m\n", AUTHOR) for n in range(count)]


def seen(store: MemoryStore | SteadyStore) -> object:
    return [store.ref(name) for name in NAMES], [list(store.refs(prefix).items()) for prefix in PREFIXES]


MOVES = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 3), st.integers(0, 3), st.booleans()), max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MOVES)
def test_own_moves_of_references_and_refused_ones_are_seen_as_they_are(moves: list[tuple[str, int, int, bool]]) -> None:
    real, store, revisions = steady()
    choices = [None, *revisions]
    with store.reading_once():
        for name, new, other, is_guess in moves:
            expected = choices[other] if is_guess else real.ref(name)
            with suppress(Raced):
                store.move_ref(name, choices[new], expected)
            assert seen(store) == seen(real)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from("ab"), st.dictionaries(st.sampled_from("xy"), st.integers())), max_size=8))
def test_own_facts_are_seen_as_they_are_kept(saves: list[tuple[str, dict[str, object]]]) -> None:
    real = MemoryMemory()
    memory = SteadyMemory(real)
    with memory.reading_once():
        for name, facts in saves:
            memory.save(name, facts)
            assert [memory.load(n) for n in "ab"] == [real.load(n) for n in "ab"]


def test_what_others_move_is_seen_by_the_next_round() -> None:
    real, store, (one, *_) = steady()
    with store.reading_once():
        assert store.ref(NAMES[0]) is None
        real.move_ref(NAMES[0], one, None)
        assert store.ref(NAMES[0]) is None
    with store.reading_once():
        assert store.ref(NAMES[0]) == one


def test_a_reference_that_others_moved_makes_all_be_read_again() -> None:
    real, store, (one, two, _) = steady()
    with store.reading_once():
        assert store.refs("refs/") == {}
        real.move_ref(NAMES[0], one, None)
        real.move_ref(NAMES[2], one, None)
        with pytest.raises(Raced):
            store.move_ref(NAMES[0], two, None)
        assert seen(store) == seen(real)


def test_references_and_facts_are_read_once() -> None:
    real, store, _ = steady()
    memory = SteadyMemory(kept := MemoryMemory())
    kept.save("a", {"x": 1})
    with store.reading_once(), memory.reading_once():
        assert (store.ref(NAMES[0]), memory.load("a")) == (None, {"x": 1})
        real.move_ref(NAMES[0], real.commit(None, {}, [], "m\n", AUTHOR), None)
        kept.save("a", {"x": 2})
        assert (store.refs("refs/"), memory.load("a")) == ({}, {"x": 1})


def test_beside_a_round_everything_is_read_anew() -> None:
    real, store, (one, *_) = steady()
    memory = SteadyMemory(kept := MemoryMemory())
    assert (store.ref(NAMES[0]), memory.load("a")) == (None, {})
    real.move_ref(NAMES[0], one, None)
    kept.save("a", {"x": 1})
    assert (store.ref(NAMES[0]), memory.load("a")) == (one, {"x": 1})
