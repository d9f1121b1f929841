"""The real codex, asked about files that it wrote and about files that it cannot read."""

import pytest

from reconciler.model.names import RelPath
from tests.peers.conftest import Check, Client, user_files, variant

CONFIG, RULES = RelPath(".codex/config.toml"), RelPath(".codex/rules/default.rules")


def test_it_accepts_what_it_wrote_itself(codex: Client, asking: Check) -> None:
    verdict = asking(codex).verdict("codex", user_files("codex"))
    assert verdict.reasons == ()
    assert "app-server" in verdict.asked
    assert "execpolicy" in verdict.asked


@pytest.mark.parametrize("name", ["comments", "good-strict", "crlf", "bom", "leading-comment-then-servers", "inline-servers", "permissions"])
def test_it_accepts_a_good_file(codex: Client, asking: Check, name: str) -> None:
    assert asking(codex).verdict("codex", {CONFIG: variant("codex", f"config-{name}.toml")}).reasons == ()


@pytest.mark.parametrize(("name", "line", "column"), [("broken", 1, 15), ("schema-invalid", 2, 11), ("bad-enum", 1, 19)])
def test_it_refuses_a_bad_file_and_says_where(codex: Client, asking: Check, name: str, line: int, column: int) -> None:
    (problem,) = asking(codex).verdict("codex", {CONFIG: variant("codex", f"config-{name}.toml")}).reasons
    assert (problem.file, problem.line, problem.column, problem.is_stalling) == (CONFIG, line, column, True)


@pytest.mark.parametrize("name", ["unknown-keys", "unknown-keys-strict"])
def test_a_key_that_it_does_not_know_is_told_and_does_not_stall(codex: Client, asking: Check, name: str) -> None:
    (problem,) = asking(codex).verdict("codex", {CONFIG: variant("codex", f"config-{name}.toml")}).reasons
    assert (problem.reason, problem.is_stalling) == ("unknown configuration field `unknown_top`", False)


def test_a_wrong_type_below_an_unknown_key_still_stalls(codex: Client, asking: Check) -> None:
    (problem,) = asking(codex).verdict("codex", {CONFIG: b"unknown_top = 1\n[mcp_servers.a]\ncommand = 3\n"}).reasons
    assert (problem.line, problem.is_stalling) == (3, True)


def test_it_accepts_good_rules(codex: Client, asking: Check) -> None:
    assert asking(codex).verdict("codex", {RULES: variant("codex", "rules-good.rules")}).reasons == ()


@pytest.mark.parametrize("name", ["broken", "bad-decision", "failing-example"])
def test_it_refuses_bad_rules(codex: Client, asking: Check, name: str) -> None:
    (problem,) = asking(codex).verdict("codex", {RULES: variant("codex", f"rules-{name}.rules")}).reasons
    assert (problem.file, problem.is_stalling) == (RULES, True)


def test_no_value_stands_in_its_reason(codex: Client, asking: Check) -> None:
    secret = "fake-not-a-" + "secret"
    (problem,) = asking(codex).verdict("codex", {CONFIG: f'approval_policy = "{secret}"\n'.encode()}).reasons
    assert problem.is_stalling
    assert secret not in problem.reason
