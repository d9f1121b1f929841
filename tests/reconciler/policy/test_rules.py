from __future__ import annotations

import pytest

from reconciler.model.names import EntityId
from reconciler.model.results import Conflict, Dispute, Side
from reconciler.policy.rules import PolicyRule, policy_for, settle


def conflict(entity: str, *path: str) -> Conflict:
    return Conflict(EntityId(entity), path, "base", "mine", "theirs")


@pytest.mark.parametrize(
    ("pattern", "where", "matches"),
    [
        ("mcp/*", ("mcp/github",), True),
        ("mcp/*", ("mcp/github", "env", "A"), True),
        ("mcp/*", ("rules/style",), False),
        ("mcp/github", ("mcp/github", "env", "A"), True),
        ("mcp/github", ("mcp/github2", "env", "A"), False),
        ("mcp/github.env.*", ("mcp/github", "env", "A"), True),
        ("mcp/github.env.*", ("mcp/github", "args"), False),
        ("mcp/github.env.*", ("mcp/github",), False),
        ("mcp/*.args", ("mcp/github", "args"), True),
        ("mcp/*.args", ("mcp/github", "cwd"), False),
        ("mcp/git?ub", ("mcp/github",), True),
        ("rules/**", ("rules/python/style", "body"), True),
        ("rules/*", ("rules/python/style",), True),
        ("**", ("tools/deny shell:rm -rf /",), True),
        ("*", ("mcp/github",), True),
        ("tools/*", ("tools/allow read:/etc/x",), True),
        ("tools/deny *", ("tools/deny read:/etc/x",), True),
        ("tools/deny *", ("tools/allow read:/etc/x",), False),
        ("tools/default", ("tools/allow web:x.example",), True),
        ("tools/default.deny*", ("tools/deny web:x.example",), True),
        ("mcp/a.c", ("mcp/abc",), False),
        ("mcp/[ab]", ("mcp/a",), False),
        ("MCP/*", ("mcp/a",), False),
    ],
)
def test_what_a_pattern_matches(pattern, where, matches):
    assert PolicyRule("manual-review", pattern).matches(conflict(where[0], *where[1:])) == matches


@pytest.mark.parametrize(("kind", "matches"), [("mcp", True), ("rules", False), (None, True)])
def test_a_rule_may_be_for_one_kind(kind, matches):
    assert PolicyRule("manual-review", "**", kind).matches(conflict("mcp/github")) == matches


def test_the_first_rule_that_matches_decides():
    rules = [PolicyRule("last-write-wins", "rules/**"), PolicyRule("central-authoritative", "mcp/*"), PolicyRule("manual-review")]
    assert policy_for(conflict("mcp/github"), rules) == "central-authoritative"


def test_without_a_rule_a_person_decides():
    assert policy_for(conflict("mcp/github"), [PolicyRule("last-write-wins", "rules/**")]) == "manual-review"
    assert settle(Dispute(conflict("mcp/github")), [], {}, 0.0) is None


def test_a_policy_that_cannot_say_is_not_followed_by_the_next_rule():
    rules = [PolicyRule("client-priority"), PolicyRule("central-authoritative")]
    assert settle(Dispute(conflict("mcp/github")), rules, {}, 0.0) is None


@pytest.mark.parametrize("policy", ["client-priority", "last-write-wins", "central-authoritative"])
def test_a_resolution_holds_the_name_of_its_policy(policy):
    dispute = Dispute(conflict("mcp/github"), Side("m/claude/user"), Side("m/codex/user"))
    found = settle(dispute, [PolicyRule(policy)], {"claude": 1, "codex": 2}, 0.0)
    assert found.policy == policy
    assert found.chose == "central"
