"""Reasons name the fault and never a value of the file; the real clients' words are in the cases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.adapters.validation import VALIDATIONS, Validation
from reconciler.check.reading import masked, problems
from reconciler.model.names import RelPath

(CLAUDE,), (CODEX, RULES), (QWEN,) = (VALIDATIONS[client] for client in ("claude", "codex", "qwen"))

DOCTOR = """
Invalid settings
- .claude.json › mcpServers.a: Missing environment variables: TOKEN
  Suggested fix: Set the following environment variables: TOKEN
- .claude/settings.json › permissions.allow: Expected array, but received string
- /etc/claude-code/managed-settings.json: Invalid or malformed JSON

Remote Control
- Not signed in to claude.ai
"""
POLICY = """Error: failed to parse policy at .codex/rules/a.rules

Caused by:
    starlark error: Traceback (most recent call last):
      * .codex/rules/a.rules:3, in <module>
          prefix_rule(pattern = ["git"], decision = "nope")
    error: invalid decision: nope
     --> .codex/rules/a.rules:3:1
      |
"""
UNEXPECTED = "Cannot read operator sandbox policy from .qwen/settings.json: SyntaxError: Unexpected token 's', "


@pytest.mark.parametrize(
    ("validation", "file", "output", "expected"),
    [
        (CODEX, ".codex/config.toml", "Error: .codex/config.toml:2:11: invalid type", (2, 11, "invalid type", True)),
        (CODEX, ".codex/config.toml", "Error: .codex/config.toml:1:1: unknown configuration field `x`", (1, 1, "unknown configuration field `x`", False)),
        (CLAUDE, ".claude/settings.json", DOCTOR, (1, 1, "permissions.allow: Expected array, but received string", True)),
        (CLAUDE, ".claude.json", "Configuration error in .claude.json: JSON Parse error: Unexpected EOF", (1, 1, "JSON Parse error: Unexpected EOF", True)),
        (CLAUDE, ".claude.json", "- .claude.json › mcpServers.b: Skipped — invalid", (1, 1, "mcpServers.b: Skipped — invalid", False)),
        (RULES, ".codex/rules/a.rules", POLICY, (3, 1, "invalid decision: nope", True)),
        (RULES, ".codex/rules/a.rules", "Error: x\n\nCaused by:\n    no example matches. rules: [secret]", (1, 1, "no example matches", True)),
        (QWEN, ".qwen/settings.json", UNEXPECTED + '"{"a": sekret"... is not valid JSON. A copy was saved to x', (1, 1, "Unexpected token 's'", True)),
    ],
)
def test_what_real_clients_say(validation: Validation, file: str, output: str, expected: tuple[object, ...]) -> None:
    (problem,) = problems(validation, output, {RelPath(file): b""})
    assert problem.file == file
    assert (problem.line, problem.column, problem.reason, problem.is_stalling) == expected


def test_an_offset_becomes_line_and_column() -> None:
    said = "Cannot read operator sandbox policy from .qwen/settings.json: SyntaxError: Bad name in JSON at position 6. A copy was saved"
    (problem,) = problems(QWEN, said, {RelPath(".qwen/settings.json"): b"{\n  a 3}"})
    assert (problem.line, problem.column) == (2, 5)


def test_a_quoted_value_gives_its_line_and_is_not_shown() -> None:
    text = b'{"permissions": {\n"allow": ["bash(token)"]}}'
    said = '- .claude/settings.json › permissions.allow: Invalid permission rule "bash(token)" was skipped: Use "Bash"'
    (problem,) = problems(CLAUDE, said, {RelPath(".claude/settings.json"): text})
    assert problem.line == 2
    assert problem.reason == 'permissions.allow: Invalid permission rule "…" was skipped: Use "Bash"'


@pytest.mark.parametrize(
    ("reason", "text", "shown"),
    [
        ("unknown field `unknown_top`", "unknown_top = 1", "unknown field `unknown_top`"),
        ("no variant `sekret-text`", 'mode = "sekret-text"', "no variant `…`"),
        ("bad token sekret-text", "mode = 'sekret-text'", "bad token …"),
        ("Unexpected identifier 'sekret'", '{"a": sekret}', "Unexpected identifier '…'"),
        ("`mcp_servers.a.defaultMode` is bad", 'x = "default"', "`mcp_servers.a.defaultMode` is bad"),
    ],
)
def test_keys_are_shown_and_values_are_not(reason: str, text: str, shown: str) -> None:
    assert masked(reason, text) == shown


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\"'`\\\n\r", exclude_categories=("C", "Z")), min_size=6), st.sampled_from("`'\" "))
def test_no_value_comes_through_in_any_quotes(value: str, quote: str) -> None:
    reason = masked(f"invalid value {quote}{value}{quote} here", f'key = "{value}"\n')
    assert value not in reason or value in "invalid value  here"
