"""Packing a repository beside commits, by the real git."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.errors import Retryable
from reconciler.model.refnames import MAIN
from reconciler.ports import Author
from reconciler.store.git import GitStore
from reconciler.store.maintenance import GitMaintenance

ANN = Author("ann", "ann@example.invalid", 1_700_000_000.0)


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    return GitStore.create(tmp_path / "repository.git")


def commits(store: GitStore, number: int) -> None:
    for count in range(number):
        main = store.ref(MAIN)
        store.move_ref(MAIN, store.commit(main, {f"mcp/{count}.yaml": f"n: {count}\n".encode()}, [main] if main else [], f"{count}\n", ANN), main)


def loose(store: GitStore) -> int:
    return sum(1 for path in (store.path / "objects").glob("??/*"))


def maintenance(store: GitStore, **limits: float) -> GitMaintenance:
    return GitMaintenance(store.path, os.environ, **limits)  # type: ignore[arg-type]  # loose is an int where it is given


def test_few_loose_objects_are_left_alone(store: GitStore) -> None:
    commits(store, 3)
    before = loose(store)
    assert (maintenance(store).run(), loose(store)) == (False, before)


def test_many_are_packed_and_all_can_be_read_and_written_as_before(store: GitStore) -> None:
    commits(store, 10)
    head = store.ref(MAIN)
    assert head is not None
    before = dict(store.files(head))
    assert maintenance(store, loose=-1).run()
    assert (loose(store), store.ref(MAIN), dict(GitStore.open(store.path).files(head))) == (0, head, before)
    commits(store, 1)
    new = store.ref(MAIN)
    assert new is not None
    assert [commit.revision for commit in store.history(new)][1] == head


def test_what_does_not_come_to_an_end_is_ended_and_tried_again(store: GitStore) -> None:
    commits(store, 3)
    head = store.ref(MAIN)
    with pytest.raises(Retryable, match="was ended; it is tried again"):
        maintenance(store, loose=-1, time_s=0.0).run()
    assert maintenance(store, loose=-1).run()
    assert store.ref(MAIN) == head


def test_a_failure_is_told_in_gits_words(store: GitStore) -> None:
    commits(store, 1)
    (store.path / "packed-refs.lock").touch()
    with pytest.raises(Retryable, match="git gc failed"):
        maintenance(store, loose=-1).run()
