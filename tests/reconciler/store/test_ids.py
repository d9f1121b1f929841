"""The double in memory and Git agree on any sequence of changes, down to the ids of the commits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import Stalled
from reconciler.model.names import Revision
from reconciler.ports import Store
from reconciler.store.git import GitStore
from tests.fakes.store import MemoryStore
from tests.reconciler.store.repo import saved

PATHS = st.lists(st.sampled_from(["a", "a.b", "a-", "b", "한", "mcp"]), min_size=1, max_size=3).map("/".join)
CHANGES = st.dictionaries(PATHS, st.none() | st.sampled_from([b"", b"1", b"2\n"]), max_size=5)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[Store]:
    # One for all examples: commits are named by their content, so that none can disturb another.
    return [GitStore.create(tmp_path_factory.mktemp("ids") / "r.git"), MemoryStore()]


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(CHANGES, min_size=1, max_size=4))
def test_both_stores_give_the_same_revisions_files_and_changes(stores: list[Store], steps: list[dict[str, bytes | None]]) -> None:
    git, memory = (_played(store, steps) for store in stores)
    assert git == memory


def _played(store: Store, steps: list[dict[str, bytes | None]]) -> list[object]:
    seen: list[object] = []
    tip: list[Revision] = []
    for changes in steps:
        try:
            new = saved(store, changes, *tip)
        except Stalled:
            seen.append("stalled")
            continue
        seen.append((new, list(store.files(new).items()), list(store.changes(tip[0] if tip else None, new).items())))
        tip = [new]
    return seen
