"""A host that protects main before anybody said so here: what landed is shown there, and main here is never left behind for ever."""

from __future__ import annotations

import pytest

from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.ports import Author
from reconciler.reconcile.remote_standing import load_facts
from tests.fakes.machines import Machine, first_machine, settle

BO = Author("bo", "bo@example.invalid", 1_700_000_100.0)
LANDED = "refs/heads/changes/a/landed"


@pytest.fixture
def machine() -> Machine:
    """It pushed main before; now the host takes pull requests alone."""
    made = first_machine()
    made.remote.refuses = (MAIN,)
    return made


def edit(machine: Machine, name: str) -> None:
    machine.world.put_server("codex", name)
    machine.sync()


def merged(machine: Machine, how: str = "merge", deletes: bool = True) -> None:
    """The host's button, pressed for the branch."""
    host = machine.host
    tip, main = host.ref(LANDED), host.ref(MAIN)
    assert tip
    assert main
    on = host.shared(main, tip)
    assert on
    changes = {path: new for path, (_, new) in host.changes(on, tip).items()}
    new = tip if how == "fast-forward" else host.commit(main, changes, [main, tip] if how == "merge" else [main], f"{how}\n", BO)
    host.move_ref(MAIN, new, main)
    if deletes:
        host.move_ref(LANDED, None, tip)


def by_hand(machine: Machine, files: dict[str, bytes]) -> Revision:
    """Somebody else's pull request, merged on the host."""
    main = machine.host.ref(MAIN)
    assert main
    new = machine.host.commit(main, files, [main], "By hand\n", BO)
    machine.host.move_ref(MAIN, new, main)
    return new


def test_what_landed_is_shown_as_a_branch_and_the_cure_is_named(machine: Machine) -> None:
    before = machine.host.ref(MAIN)
    edit(machine, "new")
    assert (machine.host.ref(MAIN), machine.host.ref(LANDED)) == (before, machine.main)
    facts = load_facts(machine.world.memory)
    assert facts.reason == "MainRefused"
    assert "changes/a/landed" in facts.advice
    assert "main: protected" in facts.advice
    assert "new" in machine.world.servers("claude")


def test_waiting_moves_nothing(machine: Machine) -> None:
    edit(machine, "new")
    before = machine.host.refs("refs/"), machine.world.store.refs("refs/")
    machine.sync()
    assert (machine.host.refs("refs/"), machine.world.store.refs("refs/")) == before


@pytest.mark.parametrize("deletes", [True, False])
@pytest.mark.parametrize("how", ["merge", "squash", "fast-forward"])
def test_once_it_is_merged_main_here_is_main_there_again_and_again(machine: Machine, how: str, deletes: bool) -> None:
    for name in ("one", "two", "three"):
        edit(machine, name)
        merged(machine, how, deletes)
        machine.sync()
        machine.sync()
        assert (machine.main, machine.reason) == (machine.host.ref(MAIN), "")
        assert machine.host.ref(LANDED) is None
    assert {"one", "two", "three"} <= machine.world.servers("claude").keys()


def test_an_edit_that_came_after_the_merge_is_shown_next(machine: Machine) -> None:
    edit(machine, "one")
    merged(machine, "squash")
    edit(machine, "two")
    merged(machine, "squash")
    machine.sync()
    assert machine.main == machine.host.ref(MAIN)
    assert {"one", "two"} <= machine.world.servers("qwen").keys()


def test_what_others_merge_meanwhile_is_taken_in_and_the_branch_follows(machine: Machine) -> None:
    edit(machine, "one")
    theirs = by_hand(machine, {"mcp/theirs.yaml": b"command: example-theirs\n"})
    machine.sync()
    assert {"one", "theirs"} <= machine.world.servers("claude").keys()
    assert machine.host.ref(LANDED) == machine.main
    assert machine.host.is_ancestor(theirs, machine.host.ref(LANDED))  # type: ignore[arg-type]  # it is there


def test_what_landed_before_main_was_protected_in_both_places_is_shown_too(machine: Machine) -> None:
    edit(machine, "before")
    text = machine.host.files(machine.host.ref(MAIN))["reconciler.yaml"]  # type: ignore[arg-type]  # it is there
    by_hand(machine, {"reconciler.yaml": text + b"main: protected\n"})
    machine.sync()
    for item in machine.world.waiting():
        machine.world.resolve(item, "local")
    machine.sync()
    assert machine.host.ref(LANDED) == machine.main
    merged(machine, "squash")
    machine.sync()
    machine.sync()
    assert (machine.main, machine.host.ref(LANDED)) == (machine.host.ref(MAIN), None)
    assert "before" in machine.world.servers("claude")


def test_a_host_that_takes_main_again_gets_it_and_the_branch_goes(machine: Machine) -> None:
    edit(machine, "new")
    machine.remote.refuses = ()
    machine.sync()
    assert (machine.host.ref(MAIN), machine.host.ref(LANDED), machine.reason) == (machine.main, None, "")


def test_a_branch_that_people_take_away_is_made_again_only_when_main_moves(machine: Machine) -> None:
    edit(machine, "one")
    machine.host.move_ref(LANDED, None, machine.host.ref(LANDED))
    machine.sync()
    assert machine.host.ref(LANDED) is None
    edit(machine, "two")
    assert machine.host.ref(LANDED) == machine.main


def test_a_branch_that_people_pushed_to_is_theirs(machine: Machine) -> None:
    edit(machine, "one")
    tip = machine.host.ref(LANDED)
    assert tip
    theirs = machine.host.commit(tip, {"README.md": b"more\n"}, [tip], "Theirs\n", BO)
    machine.host.move_ref(LANDED, theirs, tip)
    edit(machine, "two")
    assert machine.host.ref(LANDED) == theirs


def test_commits_that_a_squash_leaves_behind_are_kept(machine: Machine) -> None:
    edit(machine, "one")
    was = machine.main
    merged(machine, "squash")
    machine.sync()
    assert was in machine.world.store.refs("refs/heads/kept/").values()


def test_the_setting_that_protects_main_may_come_by_the_branch_itself(machine: Machine) -> None:
    settle(machine, "main: protected")
    machine.sync()
    for item in machine.world.waiting():
        machine.world.resolve(item, "local")
    machine.sync()
    merged(machine, "squash")
    machine.sync()
    edit(machine, "new")
    assert (machine.main, machine.reason) == (machine.host.ref(MAIN), "")
    assert [name for name in machine.host.refs("refs/heads/changes/") if name.startswith("refs/heads/changes/a/codex/user/")]
