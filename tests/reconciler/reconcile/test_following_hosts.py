"""What others do to the remote, and what they see there: nothing is overwritten that only a person can decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.ports import Author
from reconciler.reconcile.remote_standing import load_facts
from tests.fakes.machines import Machine, disputed, first_machine, two_machines
from tests.fakes.measures import MemoryMeasures
from tests.fakes.store import MemoryStore


@pytest.fixture
def machines() -> tuple[Machine, Machine]:
    return two_machines()


def rewritten(machine: Machine) -> Revision:
    """The host's main is set to another commit on top of its parent."""
    old = machine.host.ref(MAIN)
    assert old
    parent = machine.host.read(old).parents[0]
    new = machine.host.commit(parent, {"README.md": b"rewritten\n"}, [parent], "Rewritten\n", Author("bo", "bo@x", 1.0))
    machine.host.move_ref(MAIN, new, old)
    return new


def test_a_main_that_was_rewritten_on_the_host_stops_and_overwrites_nothing(machines: tuple[Machine, Machine]) -> None:
    a, _ = machines
    a.world.put_server("codex", "last")
    a.sync()
    before, there = a.main, rewritten(a)
    a.world.put_server("codex", "more")
    a.sync()
    assert (a.reason, a.host.ref(MAIN)) == ("RemoteRewritten", there)
    assert a.world.store.is_ancestor(before, a.main)  # type: ignore[arg-type]  # both are there
    assert "more" in a.world.servers("claude")


def test_a_main_that_was_set_back_is_not_pushed_again(machines: tuple[Machine, Machine]) -> None:
    a, _ = machines
    a.world.put_server("codex", "last")
    a.sync()
    head = a.host.ref(MAIN)
    assert head
    back = a.host.read(head).parents[0]
    a.host.move_ref(MAIN, back, head)
    a.sync()
    assert (a.reason, a.host.ref(MAIN)) == ("RemoteRewritten", back)


def test_a_main_that_is_gone_is_not_made_again(machines: tuple[Machine, Machine]) -> None:
    a, _ = machines
    a.host.move_ref(MAIN, None, a.host.ref(MAIN))
    a.sync()
    assert (a.reason, a.host.ref(MAIN)) == ("RemoteMainGone", None)


def test_a_repository_of_others_is_left_alone() -> None:
    first, other = first_machine(), Machine("c", MemoryStore())
    other.world.clock.advance(1000.0)
    other.world.adopt()
    other.remote.host = first.host
    before = first.host.refs("refs/")
    other.sync()
    assert (other.reason, first.host.refs("refs/")) == ("RemoteUnrelated", before)


def test_a_name_that_another_machine_holds_is_not_used() -> None:
    a = first_machine()
    twin = Machine("a", a.host)
    twin.world._random = 1000
    twin.remote.fetch([f"{MAIN}*"])
    twin.world.store.move_ref(MAIN, twin.world.store.ref("refs/fetched/heads/main"), None)
    before = a.host.refs("refs/")
    twin.sync()
    assert (twin.reason, a.host.refs("refs/")) == ("MachineNameTaken", before)


def test_a_host_that_refuses_main_is_told_apart_and_nothing_is_lost(machines: tuple[Machine, Machine]) -> None:
    a, _ = machines
    a.remote.refuses = (MAIN,)
    a.world.put_server("codex", "new")
    a.sync()
    facts = load_facts(a.world.memory)
    assert facts.reason == "MainRefused"
    assert "main: protected" in facts.advice
    a.remote.refuses = ()
    a.sync()
    assert (a.reason, a.host.ref(MAIN)) == ("", a.main)


def test_reviews_synced_refs_and_change_branches_are_shown_and_taken_away_when_settled(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    disputed(a, b)
    shown = [name for name in b.host.refs("refs/") if "/b/qwen/user" in name]
    assert [name.split("/b/")[0] for name in shown] == ["refs/heads/changes", "refs/reviews", "refs/synced"]
    b.world.resolve(b.world.waiting()[0], "local")
    b.sync()
    assert [name for name in b.host.refs("refs/") if "/b/qwen/user" in name] == ["refs/synced/b/qwen/user"]


def test_a_branch_that_people_changed_on_the_host_is_left_to_them(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    disputed(a, b)
    (name,) = b.host.refs("refs/heads/changes/b/")
    tip = b.host.ref(name)
    assert tip
    theirs = b.host.commit(tip, {"README.md": b"more\n"}, [tip], "Theirs\n", Author("bo", "bo@x", 1.0))
    b.host.move_ref(name, theirs, tip)
    b.world.resolve(b.world.waiting()[0], "local")
    b.sync()
    b.sync()
    assert b.host.ref(name) == theirs


def test_a_branch_that_was_closed_on_the_host_is_not_pushed_again_and_still_waits_here(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    disputed(a, b)
    (name,) = b.host.refs("refs/heads/changes/b/")
    b.host.move_ref(name, None, b.host.ref(name))
    b.sync()
    b.sync()
    assert b.host.ref(name) is None
    assert len(b.world.waiting()) == 1


def test_a_push_that_another_machine_was_quicker_than_is_counted(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    measures = MemoryMeasures()
    a.world.ports = replace(a.world.ports, measures=measures)
    for machine, name in ((a, "one"), (b, "two")):
        machine.world.put_server("codex", name)
    b.sync()
    a.world.sync()
    assert a.follow().push() == "raced"
    assert measures.of("push_retried") == [()]
    a.sync()
    assert len(measures.of("push_retried")) == 1
