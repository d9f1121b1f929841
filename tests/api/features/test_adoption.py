"""A first run through the gateway: what was found, the plan, and accepting exactly that."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.fakes.engine import MACHINE, World, adopted
from tests.fakes.gateway import Gate, problem

ADOPTION = "/api/v1/adoption"


@pytest.fixture
def gate() -> Gate:
    """claude and codex have a server each, and another one that they disagree on."""
    world = World()
    world.put_server("claude", "one")
    for client in ("claude", "codex"):
        world.put_server(client, "both", {"command": f"of-{client}"})
    return Gate(world)


def planned(client: TestClient, **asked: str) -> dict[str, Any]:
    answer = client.get(ADOPTION, params=asked)
    assert answer.is_success, answer.text
    return dict(answer.json())


def test_the_clients_of_this_machine_are_found_before_there_is_a_repository(gate: Gate) -> None:
    plan = planned(gate.as_("viewer"))
    assert [c["id"] for c in plan["clients"]] == [f"{MACHINE}/{c}/user" for c in ("claude", "codex", "qwen", "acli")]
    assert plan["clients"][0] | {"files": []} == {
        **plan["clients"][0],
        "files": [],
        "client": "claude",
        "name": "Claude Code",
        "entities": {"mcp": 2, "rules": 0, "tools": 0},
    }
    assert (plan["is_adopted"], plan["machine"]) == (False, MACHINE)


def test_the_plan_says_what_each_client_would_get_and_what_is_in_conflict(gate: Gate) -> None:
    plan = planned(gate.as_("viewer"))
    got = {p["id"].split("/")[1]: {f["entity"] for f in p["fields"]} for p in plan["previews"]}
    assert got == {"codex": {"mcp/one"}, "qwen": {"mcp/one"}, "acli": {"mcp/one"}}
    assert {c["entity"] for c in plan["conflicts"]} == {"mcp/both"}


def test_looking_at_the_plan_writes_nothing(gate: Gate) -> None:
    before = gate.world.snapshot()
    planned(gate.as_("viewer"))
    assert gate.world.snapshot() == before
    assert not gate.world.is_adopted


def test_accepting_does_what_the_plan_said(gate: Gate) -> None:
    client = gate.as_("admin")
    plan = planned(client)
    answer = client.post(ADOPTION, json={"plan": plan["plan"]})
    assert answer.is_success, answer.text
    written = sorted(path for target in answer.json()["targets"] for path in target["written"])
    assert written == sorted(plan["written"])
    assert "one" in gate.world.servers("codex")
    assert planned(client)["is_adopted"]
    assert (gate.audit.rows[-1].actor, gate.audit.rows[-1].action) == ("admin", "adoption.accept")


def test_a_preferred_client_settles_the_conflicts(gate: Gate) -> None:
    client = gate.as_("admin")
    plan = planned(client, prefer="codex")
    assert plan["conflicts"] == []
    assert client.post(ADOPTION, json={"plan": plan["plan"], "prefer": "codex"}).is_success
    assert gate.world.servers("claude")["both"]["command"] == "of-codex"


def test_what_was_not_seen_is_not_accepted(gate: Gate) -> None:
    client = gate.as_("admin")
    plan = planned(client)
    gate.world.put_server("qwen", "late")
    assert problem(client.post(ADOPTION, json={"plan": plan["plan"]})) == (409, "stale")
    assert problem(client.post(ADOPTION, json={"plan": plan["plan"], "prefer": "claude"})) == (409, "stale")
    assert not gate.world.is_adopted


def test_the_same_plan_has_the_same_name_at_any_time(gate: Gate) -> None:
    client = gate.as_("viewer")
    before = planned(client)["plan"]
    gate.world.clock.advance(100)
    assert planned(client)["plan"] == before


def test_a_plan_is_accepted_once() -> None:
    gate = Gate(adopted("one"))
    client = gate.as_("admin")
    plan = planned(client)
    assert plan["is_adopted"]
    assert problem(client.post(ADOPTION, json={"plan": plan["plan"]})) == (422, "stalled")


def test_what_cannot_be_audited_is_not_adopted(gate: Gate) -> None:
    client = gate.as_("admin")
    plan = planned(client)
    gate.audit.is_away = True
    assert problem(client.post(ADOPTION, json={"plan": plan["plan"]})) == (503, "unaudited")
    assert not gate.world.is_adopted


def test_a_client_that_there_is_not_cannot_be_preferred(gate: Gate) -> None:
    assert problem(gate.as_("viewer").get(ADOPTION, params={"prefer": "nobody"})) == (422, "stalled")
