"""What two machines dispute: kept on both, until a person or a policy settles it for both."""

from __future__ import annotations

import pytest

from tests.fakes.engine import STDIO
from tests.fakes.machines import Machine, apart, disputed, first_machine, joined, two_machines


@pytest.fixture
def machines() -> tuple[Machine, Machine]:
    return two_machines()


def test_a_field_that_two_machines_changed_differently_is_a_conflict_with_all_three_values(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    disputed(a, b)
    (item,) = b.world.waiting("conflict")
    assert (item.base, item.local, item.central) == (["x"], ["of b"], ["of a"])
    assert item.target == "b/qwen/user"
    assert "Qwen" in item.local_by.author
    assert item.central_by.target == "a/codex/user"


def test_in_a_conflict_between_machines_the_edited_client_keeps_its_own(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    disputed(a, b)
    assert b.world.servers("qwen")["s"]["args"] == ["of b"]
    assert b.world.servers("claude")["s"]["args"] == ["of a"]
    b.sync()
    assert b.world.servers("qwen")["s"]["args"] == ["of b"]


@pytest.mark.parametrize(("take", "winner"), [("local", "of b"), ("central", "of a")])
def test_a_conflict_between_machines_is_settled_for_both(machines: tuple[Machine, Machine], take: str, winner: str) -> None:
    a, b = machines
    disputed(a, b)
    b.world.resolve(b.world.waiting()[0], take)  # type: ignore[arg-type]  # one of the words
    for machine in (b, a, b):
        machine.sync()
    for machine in machines:
        assert [machine.world.servers(c)["s"]["args"] for c in ("claude", "codex", "qwen")] == [[winner]] * 3
    assert not b.world.waiting()
    assert a.main == b.main


def test_a_policy_settles_a_conflict_between_machines() -> None:
    a = first_machine()
    text = a.world.main()["reconciler.yaml"]
    a.world.commit({"reconciler.yaml": text.replace("policies: []", "policies:\n  - policy: central-authoritative")}, "Policy")
    a.sync()
    b = joined(a)
    disputed(a, b)
    assert not b.world.waiting()
    assert b.world.servers("qwen")["s"]["args"] == ["of a"]


def test_one_removes_what_the_other_changes_and_neither_is_lost(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    a.world.put_server("codex", "s", {**STDIO, "args": ["x"]})
    a.sync()
    b.sync()
    apart(a, b, lambda m: m.world.drop_server("codex", "s"), lambda m: m.world.change_server("qwen", "s", args=["of b"]))
    (item,) = b.world.waiting("conflict")
    assert item.central is None
    assert b.world.servers("qwen")["s"]["args"] == ["of b"]


def test_what_waited_before_waits_on_after_machines_have_met(machines: tuple[Machine, Machine]) -> None:
    a, b = machines
    for name in ("s", "t"):
        a.world.put_server("codex", name, {**STDIO, "args": ["x"]})
    a.sync()
    b.sync()
    b.world.change_server("qwen", "t", args=["mine"])
    b.world.change_server("codex", "t", args=["other"])
    b.sync()
    assert [i.entity for i in b.world.waiting()] == ["mcp/t"]
    apart(a, b, lambda m: m.world.change_server("codex", "s", args=["of a"]), lambda m: m.world.change_server("qwen", "s", args=["of b"]))
    assert sorted(i.entity for i in b.world.waiting()) == ["mcp/s", "mcp/t"]
    assert b.world.servers("qwen")["t"]["args"] == (["mine"])


@pytest.mark.parametrize("away", ["a", "b"])
def test_allow_and_deny_of_one_tool_from_two_machines_leave_the_deny(machines: tuple[Machine, Machine], away: str) -> None:
    a, b = machines
    words = {"allow": "tools/default.yaml"}

    def put(machine: Machine, decision: str) -> None:
        text = machine.world.main().get(words["allow"], "")
        assert decision not in text
        machine.world.commit({words["allow"]: text + f"{decision}:\n  - shell: [make, x]\n"}, decision)

    first, second = ("allow", "deny") if away == "a" else ("deny", "allow")
    apart(a, b, lambda m: put(m, first), lambda m: put(m, second))
    text = a.world.main()[words["allow"]]
    assert "deny" in text
    assert "allow" not in text
