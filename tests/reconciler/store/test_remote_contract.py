"""What every remote does: the same claims for git's transport and for its double in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.model.names import Revision
from reconciler.ports import RefPush, Remote, Store
from reconciler.store.git import GitStore
from reconciler.store.transport import GitRemote
from tests.fakes.remote import MemoryRemote
from tests.fakes.store import MemoryStore
from tests.reconciler.store.repo import ENVIRON, MAIN, saved

TOPIC = "refs/heads/changes/a/codex/user/1"


@dataclass
class Machine:
    store: Store
    remote: Remote

    def push(self, name: str, new: Revision | None, expected: Revision | None) -> str:
        return self.remote.push([RefPush(name, new, expected)])[name].word


@pytest.fixture(params=["git", "memory"])
def machines(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Machine, Machine]:
    """Two machines with one remote."""
    if request.param == "memory":
        host, stores = MemoryStore(), (MemoryStore(), MemoryStore())
        return Machine(stores[0], MemoryRemote(stores[0], host)), Machine(stores[1], MemoryRemote(stores[1], host))
    GitStore.create(tmp_path / "host.git")
    made = [GitStore.create(tmp_path / name) for name in ("a.git", "b.git")]
    a, b = (Machine(s, GitRemote(s.path, str(tmp_path / "host.git"), ENVIRON)) for s in made)
    return a, b


def test_what_one_machine_pushes_another_fetches_with_its_files(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    revision = saved(a.store, {"f": b"1"})
    assert a.push(MAIN, revision, None) == "done"
    b.remote.fetch(["refs/heads/*"])
    assert b.store.refs("refs/") == {"refs/fetched/heads/main": revision}
    assert b.store.files(revision) == {"f": b"1"}


def test_an_empty_remote_has_nothing(machines: tuple[Machine, Machine]) -> None:
    machines[0].remote.fetch(["refs/heads/main*", "refs/synced/*"])
    assert machines[0].store.refs("refs/") == {}


def test_a_reference_that_is_gone_there_goes_here(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    revision = saved(a.store, {"f": b"1"})
    a.push(TOPIC, revision, None)
    b.remote.fetch(["refs/heads/*"])
    a.push(TOPIC, None, revision)
    b.remote.fetch(["refs/heads/*"])
    assert b.store.refs("refs/") == {}


def test_only_what_was_asked_for_is_fetched(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    revision = saved(a.store, {"f": b"1"})
    a.push(MAIN, revision, None)
    a.push(TOPIC, revision, None)
    b.remote.fetch(["refs/heads/changes/a/*"])
    assert list(b.store.refs("refs/")) == ["refs/fetched/heads/changes/a/codex/user/1"]


def test_a_moved_reference_follows_even_backwards(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    first = saved(a.store, {"f": b"1"})
    second = saved(a.store, {"f": b"2"}, first)
    a.push(MAIN, second, None)
    b.remote.fetch(["refs/heads/*"])
    a.push(MAIN, first, second)
    b.remote.fetch(["refs/heads/*"])
    assert b.store.ref("refs/fetched/heads/main") == first


@pytest.mark.parametrize("expected", ["none", "another"])
def test_a_reference_is_moved_only_from_what_was_expected(machines: tuple[Machine, Machine], expected: str) -> None:
    a, b = machines
    first = saved(a.store, {"f": b"1"})
    mine, other = saved(a.store, {"f": b"2"}, first), saved(b.store, {"f": b"3"})
    a.push(MAIN, first, None)
    assert b.push(MAIN, other, None if expected == "none" else other) == "raced"
    b.remote.fetch(["refs/heads/*"])
    assert b.store.ref("refs/fetched/heads/main") == first
    assert a.push(MAIN, mine, first) == "done"


def test_each_move_stands_for_itself(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    a.push(MAIN, saved(a.store, {"f": b"1"}), None)
    other = saved(b.store, {"f": b"2"})
    words = b.remote.push([RefPush(MAIN, other, None), RefPush(TOPIC, other, None)])
    assert (words[MAIN].word, words[TOPIC].word) == ("raced", "done")


def test_pushing_nothing_asks_nobody(machines: tuple[Machine, Machine]) -> None:
    assert machines[0].remote.push([]) == {}


def test_a_branch_that_is_gone_cannot_be_deleted_again(machines: tuple[Machine, Machine]) -> None:
    a, _ = machines
    revision = saved(a.store, {"f": b"1"})
    a.push(TOPIC, revision, None)
    assert a.push(TOPIC, None, revision) == "done"
    assert a.push(TOPIC, None, revision) != "done"
