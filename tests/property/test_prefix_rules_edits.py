"""Any rules among any other lines: adding and removing changes those rules alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.formats.edit import FormatError
from reconciler.formats.prefix_rules import PrefixRule, call_text, edit_rules, narrow_rule, read_rules

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PATTERNS = st.lists(WORDS | st.lists(WORDS, min_size=1, max_size=3, unique=True), min_size=1, max_size=4)
RULES = st.builds(PrefixRule, PATTERNS, st.sampled_from(["allow", "prompt", "forbidden", "nope"]), st.just({}) | st.just({"match": ["é"]}))
OTHERS = st.sampled_from(["# é comment", "", "network_rule(host = 'é😀')", "x = [\n  'é', # c\n]", "def f():\n    return 1\n"])


@settings(max_examples=500, deadline=None)
@given(st.lists(RULES | OTHERS, max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.lists(RULES, max_size=2), st.data())
def test_an_edit_changes_only_the_named_rules(parts: list[PrefixRule | str], newline: str, closed: bool, add: list[PrefixRule], draw: st.DataObject) -> None:
    texts = [part.replace("\n", newline) if isinstance(part, str) else call_text(part) for part in parts]
    data = (newline.join(texts) + newline * closed).encode()
    rules = [part for part in parts if isinstance(part, PrefixRule)]
    assert [rule.content for rule in read_rules(data)] == [rule.content for rule in rules]
    gone = draw.draw(st.sets(st.sampled_from(range(len(rules)))) if rules else st.just(set()))
    after = edit_rules(data, add, sorted(gone))
    kept = [rule for i, rule in enumerate(rules) if i not in gone]
    assert [rule.content for rule in read_rules(after)] == [rule.content for rule in [*kept, *add]]
    assert [line for line in after.splitlines() if b"rule(pattern" not in line and line] == [
        line for line in data.splitlines() if b"rule(pattern" not in line and line
    ]


@settings(max_examples=500, deadline=None)
@given(st.lists(WORDS, min_size=2, max_size=4, unique=True), st.data())
def test_narrowing_leaves_the_other_alternatives(words: list[str], draw: st.DataObject) -> None:
    word = draw.draw(st.sampled_from(words))
    after = narrow_rule(call_text(PrefixRule(["é", words])).encode(), 0, 1, word)
    assert after.decode() == call_text(PrefixRule(["é", [w for w in words if w != word]]))


@settings(max_examples=1000, deadline=None)
@given(st.text(alphabet="prefix_rule(pattern = [\"a\"],)'#\n\r\t\\:;é ", max_size=60) | st.text(max_size=20))
def test_any_text_is_read_or_refused_with_a_position(text: str) -> None:
    try:
        read_rules(text.encode(errors="replace"))
    except FormatError as error:
        if error.line < 1 or error.column < 1:
            raise
