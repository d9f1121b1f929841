from __future__ import annotations

import pytest

from reconciler.model.names import EntityId
from reconciler.policy.risk import digest_of, is_mass_removal, needs_approval, risk

SERVER, RULE = EntityId("mcp/github"), EntityId("rules/style")
PLAIN = {("command",): "npx", ("args",): ["-y", "@example/server"]}
PRESENT = {("entry",): True}


def tool(entry: str, *, before: object = None, after: object = PRESENT) -> str:
    return risk(before, after, EntityId(f"tools/{entry}")).level


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [
        ({("body",): "a"}, {("body",): "b"}, "low"),
        (None, {("body",): "a"}, "low"),
        ({("body",): "a"}, None, "low"),
        (None, {("body",): "a", ("clients",): ["codex"]}, "low"),
        ({("body",): "a"}, {("body",): "a", ("clients",): ["codex"]}, "low"),
        ({("clients",): ["claude", "codex"]}, {("clients",): ["codex"]}, "low"),
        ({("clients",): ["codex"]}, {("clients",): ["claude", "codex"]}, "medium"),
        ({("clients",): ["codex"]}, {}, "medium"),
        ({("body",): "a"}, {("body",): "a", ("extra", "claude", "tools"): "x"}, "medium"),
        ({("globs",): ["*.py"]}, {("globs",): ["*.ts"]}, "low"),
        ({("body",): "a"}, {("body",): "a\u202eb"}, "high"),
        ({("description",): "a"}, {("description",): "a\u200b"}, "high"),
        ({("body",): "a\u200b\nb"}, {("body",): "a\u200b\nc"}, "low"),
        ({("body",): "a\u200b\nb"}, {("body",): "a\u200b\nb\u200b"}, "high"),
        ({("body",): "a"}, {("body",): "a\n\ufeffb"}, "high"),
        ({("body",): "a"}, {("body",): "a \u2764\ufe0f"}, "low"),
    ],
)
def test_the_text_of_a_rule_is_low_unless_it_hides_or_reaches_further(before, after, level):
    assert risk(before, after, RULE).level == level


@pytest.mark.parametrize(
    ("entity", "fields"),
    [
        ("mcp/git\u200bhub", PLAIN),
        ("mcp/github", {**PLAIN, ("args",): ["-y", "x\u200b"]}),
        ("mcp/github", {**PLAIN, ("env", "A\u200b"): "x"}),
        ("mcp/github", {**PLAIN, ("extra", "x", "y"): {"a": ["\U000e0041"]}}),
        ('tools/deny shell:"rm\\u200b"', PRESENT),
    ],
)
def test_hidden_characters_are_high_wherever_they_stand(entity, fields):
    assert risk(None, fields, EntityId(entity)).level == "high"


# ---------------------------------------------------------------- allowed tools


@pytest.mark.parametrize(
    "entry",
    [
        "allow shell:*", "allow shell:* *", "allow shell:bash", "allow shell:/bin/sh", "allow shell:sudo", "allow shell:env",
        "allow shell:bash *", "allow shell:sh -c", "allow shell:bash -lc", "allow shell:python -c", "allow shell:node -e",
        "allow shell:npx -c", "allow mcp:*", "allow mcp:* *", "allow read:**", "allow read:/**", "allow edit:*",
        "allow write:${home}/**", "allow edit:~/**", "allow web:*", "allow web:*.com", "allow claude:Bash(*)", "allow claude:Bash",
        "allow acli:.*", "allow acli:bash ^.*$", "allow claude:*",
    ],
)
def test_an_allow_of_everything_is_high(entry):
    assert tool(entry) == "high"


@pytest.mark.parametrize(
    ("entry", "level"),
    [
        ("allow shell:git push", "medium"),
        ("allow shell:bash ./build.sh", "medium"),
        ("allow shell-exact:env", "medium"),
        ("allow web:docs.example.invalid", "medium"),
        ("allow web:*.example.invalid", "medium"),
        ("allow mcp:github", "medium"),
        ("allow mcp:github create_issue", "medium"),
        ("allow read:src/**", "medium"),
        ("allow claude:WebSearch", "medium"),
        ("deny shell:rm -rf", "low"),
        ("deny shell:*", "low"),
        ("ask shell:git push", "low"),
        ("something else", "medium"),
    ],
)
def test_each_new_entry_has_its_risk(entry, level):
    assert tool(entry) == level


@pytest.mark.parametrize(("decision", "level"), [("allow", "low"), ("ask", "medium"), ("deny", "high")])
@pytest.mark.parametrize("entry", ["shell:rm -rf", "claude:WebSearch", "read:/etc/**"])
def test_taking_an_entry_away_has_its_risk(decision, entry, level):
    assert tool(f"{decision} {entry}", before=PRESENT, after=None) == level


# ---------------------------------------------------------------- the gate


@pytest.mark.parametrize(("entity", "level"), [("hooks/stop", "high"), ("commands/x", "medium"), ("agents/x", "medium")])
def test_kinds_that_are_not_listed_are_medium_and_hooks_are_high(entity, level):
    assert risk(None, {("body",): "x"}, EntityId(entity)).level == level


@pytest.mark.parametrize(
    ("level", "threshold", "waits"),
    [("low", "high", False), ("medium", "high", False), ("high", "high", True), ("medium", "medium", True), ("low", "low", True)],
)
def test_a_change_at_or_above_the_threshold_waits(level, threshold, waits):
    assert needs_approval(level, threshold) == waits


@pytest.mark.parametrize(
    ("before", "removed", "asks"), [(7, 4, True), (8, 4, False), (8, 5, True), (4, 4, True), (3, 3, False), (5, 3, False), (0, 0, False), (100, 50, False)]
)
def test_over_half_and_at_least_four_is_a_mass_removal(before, removed, asks):
    assert is_mass_removal(before, removed) == asks


def test_the_digest_is_of_the_content_not_of_its_order():
    assert digest_of(SERVER, PLAIN) == digest_of(SERVER, dict(reversed(PLAIN.items())))


@pytest.mark.parametrize(
    ("entity", "fields"),
    [
        ("mcp/other", PLAIN),
        ("mcp/github", None),
        ("mcp/github", {}),
        ("mcp/github", {**PLAIN, ("enabled",): False}),
        ("mcp/github", {**PLAIN, ("command",): "npx "}),
        ("mcp/github", {**PLAIN, ("args",): ["@example/server", "-y"]}),
    ],
)
def test_another_content_has_another_digest(entity, fields):
    assert digest_of(EntityId(entity), fields) != digest_of(SERVER, PLAIN)


def test_a_digest_tells_true_from_one():
    assert digest_of(SERVER, {("enabled",): True}) != digest_of(SERVER, {("enabled",): 1})
