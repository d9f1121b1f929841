"""What a client cannot hold is listed and accepted through the gateway."""

from __future__ import annotations

import pytest

from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate, problem

GAPS = "/api/v1/gaps"


@pytest.fixture
def gate() -> Gate:
    world = adopted("one")
    world.put_server("codex", "new", {"command": "example", "disabled_tools": ["rm"]})
    world.sync()
    return Gate(world)


def test_an_accepted_gap_stays_in_the_list_and_counts_no_more_once_somebody_else_agrees(gate: Gate) -> None:
    client = gate.as_("admin")
    (found,) = client.get(GAPS, params={"client": "acli"}).json()["items"]
    assert (found["entity"], found["accepted"]) == ("mcp/new", False)
    done = client.post(f"{GAPS}/accept", json={"entity": "mcp/new", "client": "acli", "reason": "not used there"})
    assert done.is_success, done.text
    assert client.get(GAPS, params={"accepted": True}).json()["items"] == []
    (held,) = client.get("/api/v1/approvals").json()["items"]
    assert gate.as_("approver").post(f"/api/v1/approvals/{held['id']}/approve", json={}).is_success
    assert [g["entity"] for g in client.get(GAPS, params={"client": "acli", "accepted": True}).json()["items"]] == ["mcp/new"]
    assert [row.action for row in gate.audit.rows] == ["policy.accept_gap", "approvals.approve"]


def test_what_is_no_gap_cannot_be_accepted(gate: Gate) -> None:
    body = {"entity": "mcp/one", "client": "acli", "reason": "not used there"}
    assert problem(gate.as_("admin").post(f"{GAPS}/accept", json=body)) == (422, "stalled")
