"""What the careful readers of JSON accept, and how they refuse the rest."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.formats import json_text
from reconciler.formats.edit import MAX_DEPTH, MAX_JSON_NODES, FormatError
from reconciler.formats.json_parse import COMMENTED, JSONC, STRICT, Grammar


@pytest.mark.parametrize(("text", "value"), [
    ('{"a": [1, -2.5e3, true, null, "\\u00e9\\ud83d\\ude00"]}', {"a": [1, -2500.0, True, None, "é😀"]}),
    ('\ufeff{"a": 1}\r\n', {"a": 1}),
    ("// c\n{/* c */ \"a\": 1, // c\n}\n// end", {"a": 1}),
    ('["/* no */", "// no",]', ["/* no */", "// no"]),
    ("[]", []),
    ('"text"', "text"),
])  # fmt: skip
def test_json_with_comments_is_read(text: str, value: Any) -> None:
    assert json_text.read(text.encode()) == value
    assert json_text.read_fast(text.encode()) == value


@pytest.mark.parametrize(("text", "line", "column", "word"), [
    ("", 1, 1, "empty"),
    (" \n\t", 2, 2, "empty"),
    ("// only", 1, 8, "empty"),
    ('{"a": 1 "b": 2}', 1, 9, "comma"),
    ('{"a": 1\n,, "b": 2}', 2, 2, "key"),
    ("[1,,2]", 1, 4, "value"),
    ("[,1]", 1, 2, "value"),
    ("{a: 1}", 1, 2, "double quotes"),
    ("{'a': 1}", 1, 2, "single"),
    ('{"a" 1}', 1, 6, "colon"),
    ('{"a": 1', 1, 8, "line 1 is closed"),
    ('{\n "b": [1,\n', 3, 1, "line 2 is closed"),
    ("[1}", 1, 3, "closing bracket"),
    ("[1] 2", 1, 5, "end of the document"),
    ("[NaN]", 1, 2, "NaN"),
    ("[-Infinity]", 1, 2, "-Infinity"),
    ("[1e999]", 1, 2, "too large"),
    ("[" + "9" * 5000 + "]", 1, 2, "digits"),
    ("[01]", 1, 2, "value"),
    ("[True]", 1, 2, "True"),
    ('["a\nb"]', 1, 4, "not closed"),
    ('["a\tb"]', 1, 4, "control"),
    ('["\\x"]', 1, 3, "escape"),
    ('["\\ud800"]', 1, 2, "surrogate"),
    ('["open', 1, 7, "not closed"),
    ("[1 /* open", 1, 4, "comment"),
    ('\ufeff{"a": 1,\r\n "b": 2,\r "a": 3}', 3, 2, '"a" is there twice'),
    ('{"m": {"k": 1, "\\u006b": 2}}', 1, 16, '"k" is there twice'),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, line: int, column: int, word: str) -> None:
    with pytest.raises(FormatError) as caught:
        json_text.read(text.encode())
    assert (caught.value.line, caught.value.column) == (line, column)
    assert word in caught.value.reason


def test_a_refusal_does_not_repeat_what_may_be_a_secret() -> None:
    with pytest.raises(FormatError) as caught:
        json_text.read(b'{"token": fake-not-a-secret}')
    assert "fake" not in str(caught.value)


@pytest.mark.parametrize(("text", "line", "column", "word"), [
    ('{\n  "a": 1 // c\n}', 2, 10, "comments"),
    ("/* c */ {}", 1, 1, "comments"),
    ("[1, 2,\n]", 1, 6, "comma"),
])  # fmt: skip
def test_the_strict_reader_refuses_comments_and_trailing_commas(text: str, line: int, column: int, word: str) -> None:
    with pytest.raises(FormatError) as caught:
        json_text.read(text.encode(), STRICT)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert word in caught.value.reason


@pytest.mark.parametrize(("text", "line", "column"), [
    ('{"a": 1, /* c */ }', 1, 8),
    ('{\n  "a": [1, 2, // c\n  ]\n}', 2, 13),
    ('{"long": "' + "x" * 70_000 + '",}', 1, 70_012),
])  # fmt: skip
def test_where_comments_are_allowed_a_comma_after_the_last_entry_may_not_be(text: str, line: int, column: int) -> None:
    for reader in (json_text.read, json_text.read_fast):
        with pytest.raises(FormatError, match="comma after the last entry") as caught:
            reader(text.encode(), COMMENTED)
        assert (caught.value.line, caught.value.column) == (line, column)


def test_bytes_that_are_not_utf_8_are_told_with_their_place() -> None:
    with pytest.raises(FormatError, match="UTF-8") as caught:
        json_text.read('{\n "é": "'.encode() + b'\xff"}')
    assert (caught.value.line, caught.value.column) == (2, 8)


BOMBS = {
    "6 MB": b'"' + b"a" * 6_000_000 + b'"',
    "100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "100,000 deep objects": b'{"a":' * 100_000,
    "a million values": b"[" + b"1," * 1_000_000 + b"1]",
    "a comment without an end": b"[" + b"/*" * 1_000_000,
    "a text without an end": b'["' + b"\\\\" * 1_000_000,
}


@pytest.mark.parametrize("grammar", [JSONC, STRICT])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused(bomb: str, grammar: Grammar) -> None:
    with pytest.raises(FormatError):
        json_text.read(BOMBS[bomb], grammar)


@pytest.mark.parametrize("bomb", ["6 MB", "100,000 deep", "100,000 deep objects"])
def test_the_fast_reader_refuses_what_would_break_it(bomb: str) -> None:
    with pytest.raises(FormatError):
        json_text.read_fast(BOMBS[bomb])


def test_the_limits_themselves_are_allowed() -> None:
    json_text.read(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    assert len(json_text.read(b"[" + b",".join([b"1"] * (MAX_JSON_NODES - 1)) + b"]")) == MAX_JSON_NODES - 1


@pytest.mark.parametrize(("path", "span"), [
    ((), '{"é": {"b": [1, "x"]}}'), (("é",), '{"b": [1, "x"]}'), (("é", "b", 1), '"x"'), (("é", "no"), None), (("é", "b", 2), None), (("é", 0), None),
])  # fmt: skip
def test_a_span_is_the_bytes_of_the_value(path: tuple[str | int, ...], span: str | None) -> None:
    data = '\ufeff // é\n{"é": {"b": [1, "x"]}}\n'.encode()
    found = json_text.span_of(data, path)
    assert (data[slice(*found)].decode() if found else None) == span


@pytest.mark.parametrize(("path", "place"), [
    ((), (1, 1)), (("a",), (2, 3)), (("a", "b"), (3, 5)), (("a", "b", 1), (3, 14)), (("a", "gone", "x"), (2, 3)),
])  # fmt: skip
def test_a_position_is_that_of_the_key_or_of_what_is_around_it(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert json_text.position(b'\xef\xbb\xbf{\r\n  "a": {\r\n    "b": [1, 2]\r\n  }\r\n}', path) == place
