"""Ignore rules through the gateway, with how much they match."""

from __future__ import annotations

import pytest

from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate, problem

IGNORE = "/api/v1/ignore"


@pytest.fixture
def gate() -> Gate:
    return Gate(adopted("one", "two"))


def test_a_rule_is_tried_before_it_is_added(gate: Gate) -> None:
    found = gate.as_("viewer").get(f"{IGNORE}/matches", params={"pattern": "mcp/*"}).json()
    assert (found["entities"], found["is_in_force"]) == (2, False)
    assert gate.as_("viewer").get(IGNORE).json()["items"] == []


def test_a_rule_is_added_and_taken_away(gate: Gate) -> None:
    client = gate.as_("admin")
    made = client.post(IGNORE, json={"pattern": "mcp/one.args", "client": "codex", "reason": "differs on purpose"})
    assert made.is_success, made.text
    assert [(r["pattern"], r["client"], r["reason"]) for r in made.json()["rules"]] == [("mcp/one.args", "codex", "differs on purpose")]
    gone = client.request("DELETE", IGNORE, params={"pattern": "mcp/one.args"})
    assert gone.json()["rules"] == []
    assert [row.action for row in gate.audit.rows] == ["policy.ignore", "policy.unignore"]


def test_a_rule_that_there_is_not_cannot_be_taken_away(gate: Gate) -> None:
    assert problem(gate.as_("admin").request("DELETE", IGNORE, params={"pattern": "mcp/none"})) == (422, "stalled")


def test_a_pattern_is_no_empty_text(gate: Gate) -> None:
    assert problem(gate.as_("admin").post(IGNORE, json={"pattern": " "})) == (422, "stalled")
