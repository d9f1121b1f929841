"""Two machines and one remote: each follows the other, and goes on without it."""

from __future__ import annotations

import pytest

from reconciler.model.refnames import MAIN
from reconciler.reconcile.following import synchronise
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.remote_standing import standing
from tests.fakes.engine import STDIO
from tests.fakes.machines import AWAY, Machine, apart, first_machine, two_machines, unlocked


@pytest.fixture
def machines() -> tuple[Machine, Machine]:
    return two_machines()


def test_the_first_machine_fills_an_empty_remote() -> None:
    machine = first_machine()
    assert machine.host.ref(MAIN) == machine.main
    assert standing(machine.world.store).word == "same"


def test_an_edit_on_one_machine_arrives_in_the_clients_of_another(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    a.world.put_server("codex", "new")
    a.sync()
    b.sync()
    assert "new" in b.world.servers("qwen")
    assert a.main == b.main == a.host.ref(MAIN)


def test_nothing_new_moves_nothing(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    before = a.host.refs("refs/"), a.world.store.refs("refs/"), a.world.store.count()
    a.sync()
    b.sync()
    assert (a.host.refs("refs/"), a.world.store.refs("refs/"), a.world.store.count()) == before


def test_what_two_machines_landed_meanwhile_stands_on_both(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    a.world.put_server("codex", "one")
    b.world.put_server("qwen", "two")
    for machine in (a, b):
        machine.remote.failure = AWAY
        machine.sync()
        machine.remote.failure = None
    for machine in (a, b, a):
        machine.sync()
    assert a.main == b.main
    for machine in machines:
        assert {"one", "two"} <= machine.world.servers("claude").keys()


def test_every_commit_of_both_sides_stays_in_main(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    tips = []
    for machine, client in ((a, "codex"), (b, "qwen")):
        machine.world.put_server(client, f"by-{machine.name}")
        machine.remote.failure = AWAY
        machine.sync()
        machine.remote.failure = None
        tips.append(machine.world.head)
    for machine in (a, b, a):
        machine.sync()
    assert all(a.world.store.is_ancestor(tip, a.world.head) for tip in tips)


def test_fields_of_one_server_that_two_machines_changed_are_merged(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    a.world.put_server("codex", "s", {**STDIO, "args": ["x"]})
    a.sync()
    b.sync()
    apart(a, b, lambda m: m.world.change_server("codex", "s", args=["y"]), lambda m: m.world.change_server("codex", "s", env={"MODE": "fast"}))
    entry = a.world.servers("claude")["s"]
    assert (entry["args"], entry["env"], a.main == b.main) == (["y"], {"MODE": "fast"}, True)


def test_without_the_remote_clients_go_on_and_the_reason_is_known(machines: tuple[Machine, Machine]) -> None:
    a, _ = machines
    a.remote.failure = AWAY
    a.world.put_server("codex", "new")
    a.sync()
    assert "new" in a.world.servers("claude")
    assert a.reason == "RemoteUnreachable"
    assert standing(a.world.store).word == "ahead"


def test_it_heals_by_itself_when_the_remote_is_back(machines: tuple[Machine, Machine]) -> None:
    a, _ = machines
    a.remote.failure = AWAY
    a.world.put_server("codex", "new")
    a.sync()
    a.remote.failure = None
    a.sync()
    assert (a.reason, a.host.ref(MAIN)) == ("", a.main)


def test_a_race_for_main_is_merged_and_pushed_in_the_same_sync(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    a.world.put_server("codex", "one")
    b.world.put_server("codex", "two")
    following, is_first = a.follow(), [True]

    def work() -> Pass:
        result = following.engine.run(following.engine.targets())
        if is_first.pop() if is_first else False:
            b.sync()
        return result

    result = synchronise(following, work, unlocked)
    assert {"one", "two"} <= a.world.servers("claude").keys()
    assert a.host.ref(MAIN) == a.main
    assert {t.target.client for t in result.targets if t.is_captured} == {"codex"}
