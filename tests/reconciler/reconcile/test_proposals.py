"""`main: protected`: the program proposes, the host merges; nothing is overwritten meanwhile, nothing is lost."""

from __future__ import annotations

import pytest

from reconciler.errors import Proposed
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.ports import Author
from reconciler.reconcile import settings_edits
from tests.fakes.engine import STDIO, with_doors
from tests.fakes.machines import Machine, first_machine, settle

BO = Author("bo", "bo@example.invalid", 1_700_000_100.0)


@pytest.fixture
def machine() -> Machine:
    made = first_machine()
    settle(made, "main: protected")
    made.sync()
    for item in made.world.waiting():
        made.world.resolve(item, "local")  # the policy before lets nobody else decide that
    host = made.host
    host.receive(made.world.store, made.world.head)
    host.move_ref(MAIN, made.world.head, host.ref(MAIN))
    made.sync()
    assert made.reason == ""
    return made


def proposal(machine: Machine) -> tuple[str, Revision]:
    (found,) = machine.host.refs("refs/heads/changes/").items()
    return found


def merged(machine: Machine, how: str, deletes: bool = True) -> None:
    """What the host's button does."""
    host, (name, tip) = machine.host, proposal(machine)
    main = host.ref(MAIN)
    assert main
    on = host.read(tip).parents[0]
    changes = {path: new for path, (_, new) in host.changes(on, tip).items()}
    parents = [main, tip] if how == "merge" else [main]
    new = tip if how == "fast-forward" else host.commit(main, changes, parents, f"{how} by the host\n", BO)
    host.move_ref(MAIN, new, main)
    if deletes:
        host.move_ref(name, None, tip)


def words(machine: Machine) -> dict[str, str]:
    return {t.target.client: ",".join(t.waiting.values()) for t in machine.sync().targets if t.waiting}


def test_an_edit_is_proposed_and_main_is_not_pushed(machine: Machine) -> None:
    before = machine.host.ref(MAIN)
    machine.world.put_server("codex", "new")
    assert words(machine) == {"codex": "pending"}
    name, tip = proposal(machine)
    assert name.startswith("refs/heads/changes/a/codex/user/")
    assert machine.host.read(tip).parents == (before,)
    assert "mcp/new.yaml" in machine.host.files(tip)
    assert machine.host.ref(MAIN) == before == machine.main


def test_what_waits_is_reported_and_stays_in_its_client_alone(machine: Machine) -> None:
    machine.world.put_server("codex", "new")
    machine.sync()
    codex = next(t for t in machine.sync().targets if t.target.client == "codex")
    assert [(d.entity, d.why) for d in codex.dropped if d.why == "pending"] == [("mcp/new", "pending")]
    assert "new" in machine.world.servers("codex")
    assert "new" not in machine.world.servers("qwen")


def test_waiting_writes_nothing(machine: Machine) -> None:
    machine.world.put_server("codex", "new")
    machine.sync()
    before = machine.host.refs("refs/"), machine.world.store.refs("refs/")
    machine.sync()
    assert (machine.host.refs("refs/"), machine.world.store.refs("refs/")) == before


@pytest.mark.parametrize("deletes", [True, False])
@pytest.mark.parametrize("how", ["merge", "squash", "fast-forward"])
def test_a_merged_pull_request_reaches_every_client(machine: Machine, how: str, deletes: bool) -> None:
    machine.world.put_server("codex", "new")
    machine.sync()
    merged(machine, how, deletes)
    assert words(machine) == {}
    machine.sync()
    assert all("new" in machine.world.servers(c) for c in ("claude", "codex", "qwen"))
    assert not machine.host.refs("refs/heads/changes/")
    assert not machine.world.store.refs("refs/proposed/") | machine.world.store.refs("refs/closed/")
    assert machine.main == machine.host.ref(MAIN)


def test_a_merged_pull_request_reaches_another_machine(machine: Machine) -> None:
    machine.world.put_server("codex", "new")
    machine.sync()
    merged(machine, "squash")
    other = Machine("b", machine.host)
    other.remote.fetch([f"{MAIN}*"])
    assert "mcp/new.yaml" in other.world.store.files(other.world.store.ref("refs/fetched/heads/main"))  # type: ignore[arg-type]  # it is there


def test_main_goes_on_elsewhere_while_an_edit_waits(machine: Machine) -> None:
    machine.world.put_server("codex", "new")
    machine.sync()
    by_hand(machine, "mcp/other.yaml", "command: npx\nargs: [example]\n")
    machine.sync()
    assert "other" in machine.world.servers("codex")
    assert "new" in machine.world.servers("codex")
    merged(machine, "squash")
    machine.sync()
    assert "new" in machine.world.servers("qwen")


def by_hand(machine: Machine, path: str, text: str) -> None:
    host, main = machine.host, machine.host.ref(MAIN)
    assert main
    host.move_ref(MAIN, host.commit(main, {path: text.encode()}, [main], "By hand\n", BO), main)


def test_an_edit_after_the_merge_is_no_conflict_with_itself(machine: Machine) -> None:
    machine.world.put_server("codex", "new", {**STDIO, "args": ["1"]})
    machine.sync()
    merged(machine, "squash")
    machine.world.change_server("codex", "new", args=["2"])
    assert words(machine) == {"codex": "pending"}
    assert machine.world.servers("qwen")["new"]["args"] == ["1"]
    merged(machine, "squash")
    machine.sync()
    assert machine.world.servers("qwen")["new"]["args"] == ["2"]


def test_a_conflict_that_was_decided_waits_for_its_merge(machine: Machine) -> None:
    machine.world.put_server("codex", "new", {**STDIO, "args": ["1"]})
    machine.sync()
    merged(machine, "squash")
    machine.sync()
    machine.world.change_server("codex", "new", args=["mine"])
    by_hand(machine, "mcp/new.yaml", machine.world.main()["mcp/new.yaml"].replace("'1'", "'theirs'"))
    assert words(machine)["codex"] == "conflict"
    machine.world.resolve(machine.world.waiting()[0], "local")
    assert words(machine) == {"codex": "pending"}
    merged(machine, "squash")
    machine.sync()
    assert machine.world.servers("qwen")["new"]["args"] == ["mine"]
    assert not machine.world.waiting()


@pytest.mark.parametrize(("take", "has_it"), [("local", True), ("central", False)])
def test_a_branch_that_was_closed_asks_a_person(machine: Machine, take: str, has_it: bool) -> None:
    machine.world.put_server("codex", "new")
    machine.sync()
    name, tip = proposal(machine)
    machine.host.move_ref(name, None, tip)
    assert words(machine) == {"codex": "held"}
    assert not machine.host.refs("refs/heads/changes/")
    assert "new" in machine.world.servers("codex")
    machine.world.resolve(machine.world.waiting()[0], take)  # type: ignore[arg-type]  # one of the words
    machine.sync()
    assert bool(machine.host.refs("refs/heads/changes/")) == has_it
    assert ("new" in machine.world.servers("codex")) == has_it


def test_protecting_main_is_approved_by_a_person_first() -> None:
    made = first_machine()
    settle(made, "main: protected")
    made.sync()
    assert [i.reason for i in made.world.waiting() if "merged on the Git host" in i.reason]


def test_a_merge_that_was_made_on_the_host_needs_no_other_approver(machine: Machine) -> None:
    by_hand(machine, "mcp/risky.yaml", 'command: sh\nargs: ["-c", "example | sh"]\n')
    machine.sync()
    assert "risky" in machine.world.servers("codex")


# ---------------------------------------------------------------- what commands commit


def accept_gap(machine: Machine, client: str) -> None:
    item = {"entity": "mcp/example", "client": client, "reason": "not used there"}
    with pytest.raises(Proposed) as said:
        settings_edits.add_to(machine.world.engine, "accepted_gaps", item, f"Accept a gap in {client}")
    assert said.value.branch.startswith("changes/a/commands/")


def accepted(machine: Machine) -> list[str]:
    return sorted(client for client, _ in machine.world.engine.centre.accepted_gaps())


def test_what_a_command_would_commit_is_proposed_and_main_stays(machine: Machine) -> None:
    before = machine.main
    accept_gap(machine, "qwen")
    machine.sync()
    _, tip = proposal(machine)
    assert machine.host.read(tip).parents == (before,)
    assert (machine.main, machine.host.ref(MAIN), accepted(machine)) == (before, before, [])


def test_the_same_command_again_is_the_same_proposal(machine: Machine) -> None:
    accept_gap(machine, "qwen")
    before = machine.world.store.refs("refs/")
    accept_gap(machine, "qwen")
    machine.sync()
    machine.sync()
    assert machine.world.store.refs("refs/heads/changes/") == {n: r for n, r in before.items() if n.startswith("refs/heads/changes/")}


@pytest.mark.parametrize("deletes", [True, False])
@pytest.mark.parametrize("how", ["merge", "squash", "fast-forward"])
def test_once_it_is_merged_it_holds_and_its_branch_goes(machine: Machine, how: str, deletes: bool) -> None:
    accept_gap(machine, "qwen")
    machine.sync()
    merged(machine, how, deletes)
    machine.sync()
    machine.sync()
    assert accepted(machine) == ["qwen"]
    assert not machine.host.refs("refs/heads/changes/") | machine.world.store.refs("refs/heads/changes/")
    assert machine.main == machine.host.ref(MAIN)


def test_a_branch_that_people_take_away_is_given_up(machine: Machine) -> None:
    accept_gap(machine, "qwen")
    machine.sync()
    name, tip = proposal(machine)
    machine.host.move_ref(name, None, tip)
    machine.sync()
    machine.sync()
    assert not machine.host.refs("refs/heads/changes/") | machine.world.store.refs("refs/heads/changes/")
    assert not machine.world.waiting()


def test_of_two_proposals_the_second_is_made_anew_where_the_first_was_merged(machine: Machine) -> None:
    accept_gap(machine, "qwen")
    machine.sync()
    first = machine.host.refs("refs/heads/changes/")
    accept_gap(machine, "codex")
    machine.sync()
    ((second, tip),) = (item for item in machine.host.refs("refs/heads/changes/").items() if item[0] not in first)
    machine.host.move_ref(second, None, tip)
    merged(machine, "squash")
    machine.host.move_ref(second, tip, None)
    machine.sync()
    machine.sync()
    merged(machine, "squash")
    machine.sync()
    assert accepted(machine) == ["codex", "qwen"]


def test_a_trial_shows_what_it_would_be_once_merged(machine: Machine) -> None:
    with_doors(machine.world, is_trial=True)
    settings_edits.add_to(machine.world.engine, "accepted_gaps", {"entity": "mcp/example", "client": "qwen", "reason": "x"}, "Accept")
    assert accepted(machine) == ["qwen"]


def test_the_commit_that_protects_main_still_reaches_the_host() -> None:
    made = first_machine()
    settle(made, "main: protected")
    made.sync()
    assert made.host.ref(MAIN) == made.main
