"""The real claude, asked about files that it wrote and about files that it cannot read."""

import pytest

from reconciler.model.names import RelPath
from tests.peers.conftest import Check, Client, user_files, variant

STATE, SETTINGS, PROJECT = RelPath(".claude.json"), RelPath(".claude/settings.json"), RelPath(".mcp.json")


def test_it_accepts_what_it_wrote_itself(claude: Client, asking: Check) -> None:
    verdict = asking(claude).verdict("claude", user_files("claude"))
    assert (verdict.reasons, verdict.asked) == ((), "claude doctor")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (STATE, "user-unknown-keys-4space"),
        (STATE, "user-crlf-bom"),
        (SETTINGS, "settings-good"),
        (SETTINGS, "settings-good-user"),
        (SETTINGS, "settings-bom-crlf"),
        (PROJECT, "mcp-unknown-keys-4space"),
        (PROJECT, "mcp-crlf-bom"),
        (PROJECT, "mcp-missing-env"),  # missing only in the empty environment of the question
    ],
)
def test_it_accepts_a_good_file(claude: Client, asking: Check, file: RelPath, name: str) -> None:
    assert asking(claude).verdict("claude", {file: variant("claude", f"{name}.json")}).reasons == ()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (STATE, "user-broken"),
        (SETTINGS, "settings-broken"),
        (SETTINGS, "settings-comments"),
        (SETTINGS, "settings-schema-invalid"),
        (PROJECT, "mcp-broken"),
        (PROJECT, "mcp-comments"),
    ],
)
def test_it_refuses_a_bad_file(claude: Client, asking: Check, file: RelPath, name: str) -> None:
    reasons = asking(claude).verdict("claude", {file: variant("claude", f"{name}.json")}).reasons
    assert {p.file for p in reasons} == {file}
    assert any(p.is_stalling for p in reasons)


@pytest.mark.parametrize(
    ("file", "name", "count"), [(SETTINGS, "settings-bad-rules", 7), (PROJECT, "mcp-schema-invalid", 1), (STATE, "mcp-schema-invalid", 1)]
)
def test_an_entry_that_it_skips_is_told_and_does_not_stall(claude: Client, asking: Check, file: RelPath, name: str, count: int) -> None:
    reasons = asking(claude).verdict("claude", {file: variant("claude", f"{name}.json")}).reasons
    assert [p.is_stalling for p in reasons] == [False] * count


def test_no_value_stands_in_its_reason(claude: Client, asking: Check) -> None:
    secret = "fake-not-a-" + "secret"
    reasons = asking(claude).verdict("claude", {SETTINGS: f'{{"permissions": {{"allow": ["bash({secret})"]}}}}'.encode()}).reasons
    assert reasons
    assert not any(secret in p.reason for p in reasons)
