"""Where the quick reader is sure, the careful one says the same; where they could differ, it is not sure."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.formats.edit import MAX_DEPTH, MAX_JSON_NODES, FormatError
from reconciler.formats.json_parse import COMMENTED, STRICT, parse
from reconciler.formats.json_quick import UNSURE, quick_commented, quick_value

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
COMMENTS = st.sampled_from(["// a\n", "//\r", "/**/", '/* " */', "/*\n*/", '// "x\n', "/*//*/", "//", "/*", "*/", "/"])
PIECES = COMMENTS | st.sampled_from([*'{}[]",:\\ \n\t01.-+eEtrufalsn/*', "\x00", "\x0b", "\xa0", "\ufeff", "\\u00e9", "\\ud83d", "NaN", "null"])


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = json.dumps(draw(VALUES), indent=draw(st.sampled_from([None, 2])), ensure_ascii=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(PIECES) + text[at + draw(st.integers(0, 2)) :]
    return text


@settings(deadline=None, max_examples=300)
@given(damaged())
def test_where_it_is_sure_the_careful_reader_says_the_same(text: str) -> None:
    value = quick_value(text)
    assert value is UNSURE or repr(parse(text, STRICT).value) == repr(value)


@settings(deadline=None, max_examples=300)
@given(damaged())
def test_where_it_is_sure_of_a_commented_text_the_careful_reader_says_the_same(text: str) -> None:
    value = quick_commented(text)
    assert value is UNSURE or repr(parse(text, COMMENTED).value) == repr(value)


@pytest.mark.parametrize("text", ['["a" // b\n]', '/**/["//", "/**/", "\\"//"]', "[1 /* \n */, 2]//", '{"https://a": "b"} // "'])
def test_it_is_sure_of_comments(text: str) -> None:
    assert quick_commented(text) == parse(text).value


@pytest.mark.parametrize("text", ['["a/*\n*/b"]', '["a // b\n"]', "[1/**/2]", "[1] /*", "[1] /", '{"a": 1, /**/ "a": 2}', "[1, // last\n]", '["a]//"'])
def test_it_is_not_sure_of_what_comments_do_not_explain(text: str) -> None:
    assert quick_commented(text) is UNSURE


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1, "b": 1}}',
        r'["\ud83d"]',
        r'["\uDe00"]',
        "[NaN]",
        "[-Infinity]",
        "[1e999]",
        f"[{'9' * 5000}]",
        "[1,]",
        "// mine\n[1]",
        "",
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "[" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_it_is_not_sure_of(text: str) -> None:
    assert quick_value(text) is UNSURE


def test_too_many_values_are_refused_at_once() -> None:
    with pytest.raises(FormatError, match="more than 250000 values"):
        quick_value(f"[{'0,' * MAX_JSON_NODES}0]")


def test_it_is_sure_of_what_is_as_deep_as_allowed() -> None:
    assert quick_value("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not UNSURE
