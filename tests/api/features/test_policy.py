"""`reconciler.yaml` through the gateway."""

from __future__ import annotations

import pytest

from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate, problem

POLICY = "/api/v1/policy"


@pytest.fixture
def gate() -> Gate:
    return Gate(adopted("one"))


def test_the_policy_is_shown_as_text_and_as_values(gate: Gate) -> None:
    shown = gate.as_("viewer").get(POLICY).json()
    assert shown["settings"]["schema"] == 1
    assert "What settles a conflict" in shown["text"]
    assert "policies" in shown["settings_schema"]["properties"]


def test_a_changed_value_keeps_every_comment(gate: Gate) -> None:
    client = gate.as_("admin")
    settings = client.get(POLICY).json()["settings"] | {"priorities": {"claude": 20, "codex": 10}}
    answer = client.put(POLICY, json={"settings": settings, "reason": "claude first"})
    assert answer.is_success, answer.text
    assert answer.json()["settings"]["priorities"] == {"claude": 20, "codex": 10}
    assert "What settles a conflict" in gate.world.main()["reconciler.yaml"]
    assert gate.world.store.read(gate.world.head).author.name == "admin"


def test_what_is_not_valid_is_refused_with_its_place(gate: Gate) -> None:
    head = gate.world.head
    answer = gate.as_("admin").put(POLICY, json={"text": "schema: 1\npolices: []\n"})
    assert problem(answer) == (422, "stalled")
    assert "reconciler.yaml:2" in answer.json()["detail"]
    assert gate.world.head == head


def test_a_policy_that_was_changed_meanwhile_is_not_overwritten(gate: Gate) -> None:
    client, seen = gate.as_("admin"), gate.world.head
    gate.world.set_settings("priorities: {claude: 1}\n")
    assert problem(client.put(POLICY, json={"text": "schema: 1\n", "base_revision": seen})) == (409, "stale")


def test_main_may_move_as_long_as_the_policy_stays(gate: Gate) -> None:
    seen = gate.world.head
    gate.world.commit({"mcp/two.yaml": "transport: stdio\ncommand: run\n"})
    assert gate.as_("admin").put(POLICY, json={"text": "schema: 1\n", "base_revision": seen}).is_success


def test_a_policy_fails_closed_without_audit(gate: Gate) -> None:
    client, head = gate.as_("admin"), gate.world.head
    gate.audit.is_away = True
    assert problem(client.put(POLICY, json={"text": "schema: 1\n"})) == (503, "unaudited")
    assert gate.world.head == head


def test_a_secret_in_the_policy_is_refused_and_not_repeated(gate: Gate) -> None:
    secret = "ghp_" + "AbCd0123456789efGH" * 2
    answer = gate.as_("admin").put(POLICY, json={"text": f"schema: 1\n# {secret}\n"})
    assert problem(answer) == (422, "stalled")
    assert secret not in answer.text + gate.everything_shown()


def test_either_text_or_settings(gate: Gate) -> None:
    assert problem(gate.as_("admin").put(POLICY, json={})) == (400, "malformed")


def test_the_audit_trail_has_before_and_after(gate: Gate) -> None:
    gate.as_("admin").put(POLICY, json={"text": "schema: 1\n", "reason": "simpler"})
    row = gate.as_("operator").get("/api/v1/audit", params={"action": "policy.change"}).json()["items"][0]
    assert (row["actor"], row["details"]["after"], row["details"]["reason"]) == ("admin", "schema: 1\n", "simpler")


def in_dispute() -> Gate:
    """claude and codex changed one server; codex's change waits."""
    world = adopted("one")
    for client in ("claude", "codex"):
        world.change_server(client, "one", args=[f"of-{client}"])
    world.sync()
    return Gate(world)


def test_a_preview_says_what_a_change_would_decide_and_writes_nothing() -> None:
    gate = in_dispute()
    before = gate.world.snapshot()
    text = "schema: 1\npolicies:\n  - {policy: client-priority, match: mcp/*}\npriorities: {claude: 1, codex: 2}\n"
    found = gate.as_("viewer").post(f"{POLICY}/preview", json={"text": text}).json()
    (decision,) = found["decisions"]
    assert (decision["entity"], decision["before"], decision["after"], decision["take"]) == ("mcp/one", "manual-review", "client-priority", "local")
    assert decision["value"] == ["of-codex"]
    assert [item["id"] for item in found["settled"]] == [decision["id"]]
    assert "of-codex" in str(found["previews"])
    assert gate.world.snapshot() == before


def test_a_preview_that_decides_nothing_says_so() -> None:
    found = in_dispute().as_("viewer").post(f"{POLICY}/preview", json={"text": "schema: 1\n"}).json()
    assert (found["settled"], found["decisions"][0]["take"]) == ([], None)


def test_a_preview_tells_what_weakens(gate: Gate) -> None:
    found = gate.as_("viewer").post(f"{POLICY}/preview", json={"text": "schema: 1\nignore: [{match: rules/*}]\n"}).json()
    assert found["weakens"] == ["ignore: more is left out of synchronisation"]


def test_a_preview_of_what_is_not_valid_has_its_places(gate: Gate) -> None:
    (found,) = gate.as_("viewer").post(f"{POLICY}/preview", json={"text": "schema: 1\npolices: []\n"}).json()["problems"]
    assert (found["file"], found["line"]) == ("reconciler.yaml", 2)


WEAKER = {"text": "schema: 1\nignore: [{match: rules/*}]\n"}


def alone(gate: Gate) -> None:
    for name in ("viewer", "operator", "approver"):
        gate.users.remove(name)


def test_the_only_user_approves_what_they_weaken_themselves(gate: Gate) -> None:
    alone(gate)
    client = gate.as_("admin")
    assert client.put(POLICY, json=WEAKER).is_success
    assert client.get("/api/v1/approvals").json()["items"] == []
    assert gate.world.engine.centre.policy(gate.world.head).list("ignore") == [{"match": "rules/*"}]


def test_where_there_are_others_one_of_them_approves_it(gate: Gate) -> None:
    client = gate.as_("admin")
    assert client.put(POLICY, json=WEAKER).is_success
    assert gate.world.engine.centre.policy(gate.world.head).list("ignore") == []
    (item,) = client.get("/api/v1/approvals").json()["items"]
    assert (item["entity"], item["local_by"]["author"]) == ("policy/reconciler.yaml", "admin")
    assert client.get(f"/api/v1/approvals/{item['id']}").is_success
    assert client.get("/api/v1/approvals", params={"client": "codex"}).json()["items"] == []
    assert problem(client.post(f"/api/v1/approvals/{item['id']}/approve")) == (403, "not-allowed")
    assert gate.as_("approver").post(f"/api/v1/approvals/{item['id']}/approve").is_success
    assert gate.world.engine.centre.policy(gate.world.head).list("ignore") == [{"match": "rules/*"}]


def test_an_ignore_rule_is_a_change_of_the_policy_like_any_other(gate: Gate) -> None:
    answer = gate.as_("admin").post("/api/v1/ignore", json={"pattern": "rules/*"})
    assert [rule["is_in_force"] for rule in answer.json()["rules"]] == [False]
    alone(gate)
    answer = gate.as_("admin").post("/api/v1/ignore", json={"pattern": "rules/style"})
    assert answer.is_success


def test_what_does_not_weaken_is_in_force_at_once(gate: Gate) -> None:
    gate.as_("admin").put(POLICY, json={"text": "schema: 1\npriorities: {claude: 1}\n"})
    assert gate.as_("admin").get("/api/v1/approvals").json()["items"] == []
    assert gate.world.engine.centre.policy(gate.world.head).priorities() == {"claude": 1}
