"""Approvals that a process has read are not read again, and are still those that stand."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.ports import Author
from reconciler.reconcile.approved import approvals, save
from reconciler.reconcile.centre import Centre
from tests.fakes.memory import MemoryMemory
from tests.fakes.store import MemoryStore

AUTHOR = Author("ann", "ann@example.invalid", 0.0)
WORDS = st.sampled_from([{"d1": "landed"}, {"d1": "refused by bo"}, {"d2": "approved by ann", "d3": "landed"}])
ROWS = st.sampled_from([{}, {"mcp/a"}, {"mcp/a", "projects/p/mcp/a"}])
SAVES = st.lists(st.tuples(ROWS, WORDS, st.booleans()), max_size=5)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SAVES)
def test_they_are_what_a_fresh_reading_finds(saves: list[tuple[set[str], dict[str, str], bool]]) -> None:
    store = MemoryStore()
    centre = Centre(store, MemoryMemory())
    for rows, words, is_addition in saves:
        save(store, dict.fromkeys(rows, words), AUTHOR, is_addition)
        assert (centre.approvals(), centre.approvals()) == (approvals(store), approvals(store))


def test_they_are_read_once_while_nobody_says_more() -> None:
    store = MemoryStore()
    centre = Centre(store, MemoryMemory())
    save(store, {"mcp/a": {"d1": "landed"}}, AUTHOR, is_addition=False)
    assert centre.approvals() is centre.approvals()
