"""Codex rules: which calls are read, what an edit leaves alone, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.formats.edit import EditRefused, FormatError
from reconciler.formats.prefix_rules import PrefixRule, call_text, edit_rules, narrow_rule, read_rules

GOLDEN = Path(__file__).parents[2] / "golden" / "codex"
DATA = (GOLDEN / "user/.codex/rules/default.rules").read_bytes()
NEW = PrefixRule(["git", "fetch"], "prompt")
NEW_LINE = 'prefix_rule(pattern = ["git", "fetch"], decision = "prompt")'


def contents(data: bytes) -> list[Any]:
    return [rule.content for rule in read_rules(data)]


def test_literal_calls_are_read_with_all_that_they_say() -> None:
    rules = read_rules(DATA)
    assert [(rule.pattern, rule.decision, rule.line) for rule in rules] == [
        (["git", ["status", "diff"]], "allow", 2),
        (["git", "push"], "prompt", 9),
        (["rm", "-rf"], "forbidden", 10),
    ]
    assert rules[0].other == {"justification": "read only", "match": ["git status", ["git", "diff", "--stat"]], "not_match": ["git push"]}


def test_a_span_is_the_call_in_the_text() -> None:
    rule = read_rules('\ufeff# é😀\nx = "é"; prefix_rule(pattern=["é"]) # c\n'.encode())[0]
    assert '# é😀\nx = "é"; prefix_rule(pattern=["é"]) # c\n'[slice(*rule.span)] == 'prefix_rule(pattern=["é"])'


@pytest.mark.parametrize(("text", "pattern", "decision"), [
    ('prefix_rule(["ls"])', ["ls"], "allow"),
    ("prefix_rule(pattern = ['ls',], decision = 'nope')", ["ls"], "nope"),
    ('prefix_rule(\n  # c\n  pattern = ("a", ("b", "c")), # d\n)', ["a", ["b", "c"]], "allow"),
    (r'prefix_rule(pattern = ["a\\b", r"\d", "\d"])', ["a\\b", "\\d", "\\d"], "allow"),
])  # fmt: skip
def test_other_spellings_are_read(text: str, pattern: list[Any], decision: str) -> None:
    assert [(rule.pattern, rule.decision) for rule in read_rules(text.encode())] == [(pattern, decision)]


@pytest.mark.parametrize("text", [
    "",
    "# prefix_rule(pattern = ['a'])",
    "network_rule(host = 'a')",
    "prefix_rule(pattern = WORDS)",
    "prefix_rule(pattern = ['a'] + ['b'])",
    "prefix_rule(pattern = ['a'], decision = D)",
    "prefix_rule(pattern = ['a', 1])",
    "prefix_rule(pattern = [])",
    "prefix_rule(pattern = ['a', []])",
    "prefix_rule(pattern = [f'a'])",
    "prefix_rule(**{'pattern': ['a']})",
    "prefix_rule(['a'], 'allow')",
    "prefix_rule(['a'], pattern = ['b'])",
    "def f():\n    prefix_rule(pattern = ['a'])",
    "x = prefix_rule(pattern = ['a'])",
    "if True: prefix_rule(pattern = ['a'])",
    "other.prefix_rule(pattern = ['a'])",
])  # fmt: skip
def test_what_is_no_literal_call_at_top_level_is_left_alone(text: str) -> None:
    data = text.encode()
    assert read_rules(data) == []
    added = edit_rules(data, [NEW])
    assert added.startswith(data)
    assert [rule.pattern for rule in read_rules(added)] == [NEW.pattern]


@pytest.mark.parametrize(("data", "line", "column"), [
    ((GOLDEN / "variants/rules-broken.rules").read_bytes(), 1, 23),
    (b"# c\nprefix_rule(pattern = ['a)\n", 2, 24),
    (b"prefix_rule(pattern = ['a'], pattern = ['b'])", 1, 13),
    (b"x = 1)\n", 1, 6),
    (b"a\n\xff", 2, 1),
])  # fmt: skip
def test_a_refusal_says_where(data: bytes, line: int, column: int) -> None:
    with pytest.raises(FormatError) as refused:
        read_rules(data)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize("data", [b"(" * 100_000, b"x = " + b"-" * 50_000 + b"1", b"x = 1" + b"+1" * 50_000, b"a\x00b", b"x = 1" + b" " * 1_000_000, b"x" + b".a" * 90_000])
def test_what_is_out_of_bounds_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_rules(data)


@pytest.mark.parametrize(("before", "after"), [
    ("", NEW_LINE + "\n"),
    ("# c", f"# c\n{NEW_LINE}"),
    ("# c\r\n", f"# c\r\n{NEW_LINE}\r\n"),
    ("\ufeff# c\r\nx = 1", f"\ufeff# c\r\nx = 1\r\n{NEW_LINE}"),
])  # fmt: skip
def test_a_new_rule_is_one_line_at_the_end(before: str, after: str) -> None:
    assert edit_rules(before.encode(), [NEW]).decode() == after


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_rule_taken_away_takes_only_its_own_lines(place: int) -> None:
    rule = read_rules(DATA)[place]
    after = edit_rules(DATA, remove=[rule])
    text = DATA.decode()
    assert after.decode() == text[: rule.span[0]] + text[rule.span[1] + 1 :]
    assert after == edit_rules(DATA, remove=[place])


def test_a_comment_beside_a_rule_goes_with_it_and_one_above_stays() -> None:
    data = b"# above\nprefix_rule(pattern = ['a']) # beside\n# below\n"
    assert edit_rules(data, remove=[0]) == b"# above\n# below\n"


def test_rules_can_come_and_go_in_one_edit() -> None:
    after = edit_rules(DATA, [NEW], [0, 2])
    assert contents(after) == [(["git", "push"], "prompt", {}), NEW.content]


@pytest.mark.parametrize("text", ["x = 1; prefix_rule(pattern = ['a'])", "prefix_rule(pattern = ['a']); x = 1", "if True:\n  pass\nprefix_rule(['a']);"])
def test_a_rule_that_shares_its_line_is_not_taken_away(text: str) -> None:
    with pytest.raises(EditRefused):
        edit_rules(text.encode(), remove=[0])


@pytest.mark.parametrize("which", [3, -1, PrefixRule(["git", "push"], "prompt")])
def test_a_rule_that_is_not_there_is_refused(which: int | PrefixRule) -> None:
    with pytest.raises(EditRefused):
        edit_rules(DATA, remove=[which])


@pytest.mark.parametrize(("before", "after"), [
    ('["git", ["status", "diff"]]', '["git", ["status"]]'),
    ('["git", ["diff", "log",  "show"]]', '["git", ["log",  "show"]]'),
    ('["é", [\n    "status", # s\n    "diff", # d\n  ]]', '["é", [\n    "status", # s\n  ]]'),
])  # fmt: skip
def test_a_narrowed_rule_loses_one_alternative_and_nothing_else(before: str, after: str) -> None:
    frame = '# é\nprefix_rule(pattern = {}, decision = "allow") # c\n'
    assert narrow_rule(frame.format(before).encode(), 0, 1, "diff").decode() == frame.format(after)


@pytest.mark.parametrize(("pattern", "at", "word"), [
    ('["git", ["diff"]]', 1, "diff"), ('["git", ["a", "b"]]', 1, "diff"), ('["git", "diff"]', 1, "diff"), ('["git"]', 5, "git"), ('["git", ("diff", "b")]', 1, "diff"),
    ('["git", ["diff", "b"]], match = ["git b"]', 1, "diff"), ('["git", ["diff", "b"]], not_match = []', 1, "diff"), ('["git", ["diff", "b", "diff"]]', 1, "diff"),
])  # fmt: skip
def test_what_cannot_be_narrowed_safely_is_refused(pattern: str, at: int, word: str) -> None:
    with pytest.raises(EditRefused):
        narrow_rule(f"prefix_rule(pattern = {pattern})\n".encode(), 0, at, word)


def test_a_rule_is_written_with_all_that_it_says() -> None:
    rule = PrefixRule(["a", ["b", 'c"\\']], "forbidden", {"justification": "é\n", "match": ["x"], "on": True, "n": None})
    assert call_text(rule) == (
        'prefix_rule(pattern = ["a", ["b", "c\\"\\\\"]], decision = "forbidden", justification = "é\\n", match = ["x"], on = True, n = None)'
    )
    assert read_rules(call_text(rule).encode())[0].content == rule.content
