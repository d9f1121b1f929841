"""What is true of every policy, and of the risk of every change."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.names import EntityId
from reconciler.model.results import Conflict, Dispute, Side
from reconciler.policy.findings import LEVELS
from reconciler.policy.policies import client_priority, last_write_wins
from reconciler.policy.risk import digest_of, risk
from reconciler.policy.rules import PolicyRule, settle

thorough = settings(max_examples=1000, deadline=None)
SERVER = EntityId("mcp/github")

values = st.sampled_from(["one", "two", None, 1, True, ["a"], {"a": "b"}])
sides = st.builds(
    Side,
    target=st.sampled_from(["", "a/claude/user", "b/codex/user", "b/claude/user"]),
    machine=st.sampled_from(["", "a", "b"]),
    at=st.sampled_from([0.0, 5.0, 10.0, 15.0, 20.0]),
    revision=st.sampled_from(["", "1", "2"]),
)
pairs = st.tuples(values, values).filter(lambda pair: repr(pair[0]) != repr(pair[1]))
disputes = st.builds(
    lambda pair, local, central, knows: Dispute(
        Conflict(SERVER, ("cwd",), "base", *pair), local, central, local_knew_central=knows == 1, central_knew_local=knows == 2
    ),
    pairs,
    sides,
    sides,
    st.integers(0, 2),
)
scores = st.dictionaries(st.sampled_from(["claude", "codex"]), st.integers(0, 2))


def swapped(dispute: Dispute) -> Dispute:
    conflict = replace(dispute.conflict, local=dispute.conflict.central, central=dispute.conflict.local)
    return Dispute(conflict, dispute.central_by, dispute.local_by, dispute.central_knew_local, dispute.local_knew_central)


@thorough
@given(disputes)
def test_the_last_write_is_the_same_from_both_sides(dispute):
    one, other = last_write_wins(dispute, 12.0), last_write_wins(swapped(dispute), 12.0)
    assert repr(one.value) == repr(other.value)
    assert {one.chose, other.chose} == {"local", "central"}


@thorough
@given(disputes, scores)
def test_priority_is_the_same_from_both_sides(dispute, scores):
    one, other = client_priority(dispute, scores), client_priority(swapped(dispute), scores)
    assert (one is None) == (other is None)
    assert one is None or repr(one.value) == repr(other.value)


@thorough
@given(disputes, scores, st.sampled_from(["client-priority", "last-write-wins", "central-authoritative", "manual-review"]))
def test_a_policy_chooses_one_of_the_two_values_and_always_the_same(dispute, scores, policy):
    rules = [PolicyRule(policy)]
    found = settle(dispute, rules, scores, 12.0)
    assert found == settle(dispute, rules, scores, 12.0)
    assert found is None or found.value is getattr(dispute.conflict, found.chose)


paths = st.sampled_from([("command",), ("args",), ("env", "PATH"), ("env", "MODE"), ("url",), ("enabled",), ("description",), ("tools", "denied")])
leaves = {
    "args": [["-y", "x"], ["-c", "run"]],
    "enabled": [False],
    "tools": [["a"], ["a", "b"]],
    "url": ["https://a.example", "http://10.0.0.5/x"],
    "command": ["npx", "sh"],
}
servers = st.dictionaries(paths, st.integers(0, 1)).map(lambda drawn: {p: (leaves.get(p[0]) or ["a", "b"])[n % len(leaves.get(p[0]) or "ab")] for p, n in drawn.items()})


@thorough
@given(servers)
def test_no_change_has_no_risk(fields):
    found = risk(fields, dict(fields), SERVER)
    assert (found.level, found.reasons) == ("low", ())


@thorough
@given(servers)
def test_a_removed_server_is_low_and_a_new_one_is_not(fields):
    assert risk(fields, None, SERVER).level == "low"
    assert LEVELS.index(risk(None, fields, SERVER).level) >= LEVELS.index("medium")


@thorough
@given(servers, servers)
def test_every_risk_that_is_not_low_says_why(before, after):
    found = risk(before, after, SERVER)
    assert found.level == "low" or found.reasons


@thorough
@given(servers, servers)
def test_equal_digests_are_equal_contents(one, other):
    assert (digest_of(SERVER, one) == digest_of(SERVER, other)) == (one == other)


@thorough
@given(servers, st.text(max_size=20))
def test_no_text_breaks_the_gate(fields, text):
    for path in fields:
        risk(fields, {**fields, path: text}, SERVER)
    risk({("body",): ""}, {("body",): text}, EntityId("rules/x"))
    risk(None, {("entry",): True}, EntityId(f"tools/allow {text}"))
