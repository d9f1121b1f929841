"""How an edited file looks: in its own style, with nothing else touched."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.formats import json_text
from reconciler.formats.edit import Edit, EditRefused, FormatError, Insert, Remove, Set


def edited(text: str, *edits: Edit) -> str:
    return json_text.edit(text.encode(), edits).decode()


@pytest.mark.parametrize(("was", "edit", "now"), [
    ('{"a": 1}', Set(("b",), 2), '{"a": 1, "b": 2}'),
    ('{"a":1}', Set(("b",), {"c": [1, 2]}), '{"a":1,"b":{"c":[1,2]}}'),
    ('{ "a": 1 }', Set(("b",), 2), '{ "a": 1, "b": 2 }'),
    ('{"a": {}}', Set(("a", "b"), "é"), '{"a": {"b": "é"}}'),
    ("{}", Set(("a",), []), '{\n  "a": []\n}'),
    ('{\n\t"a": 1\n}', Set(("b",), {"c": {}}), '{\n\t"a": 1,\n\t"b": {\n\t\t"c": {}\n\t}\n}'),
    ('{\r\n   "a": 1\r\n}\r\n', Set(("b",), ["x"]), '{\r\n   "a": 1,\r\n   "b": [\r\n      "x"\r\n   ]\r\n}\r\n'),
    ('{\n  "a": 1 // why\n}', Set(("b",), 2), '{\n  "a": 1, // why\n  "b": 2\n}'),
    ('{\n  "a": 1, // why\n}', Set(("b",), 2), '{\n  "a": 1, // why\n  "b": 2,\n}'),
    ('{\n  "a": 1\n  // end\n}', Set(("b",), 2), '{\n  "a": 1,\n  "b": 2\n  // end\n}'),
    ('{"a": 1 /* why */}', Set(("b",), 2), '{"a": 1, /* why */ "b": 2}'),
    ('{\n  // nothing yet\n}', Set(("b",), 2), '{\n  // nothing yet\n  "b": 2\n}'),
    ('{ /* c */ }', Set(("b",), 2), '{ /* c */ "b": 2 }'),
    ('{"a": 1,\n "b": 2}', Set(("c",), 3), '{"a": 1,\n "b": 2,\n "c": 3}'),
    ('{\n  "a": null\n}', Set(("a", "b"), 1), '{\n  "a": {\n    "b": 1\n  }\n}'),
])  # fmt: skip
def test_a_new_key_comes_in_the_style_of_its_object(was: str, edit: Edit, now: str) -> None:
    assert edited(was, edit) == now


@pytest.mark.parametrize(("was", "path", "now"), [
    ('{"a": 1, "b": 2}', ("b",), '{"a": 1}'),
    ('{"a": 1, "b": 2}', ("a",), '{"b": 2}'),
    ('{ "a": 1 }', ("a",), "{}"),
    ('{\n  "a": 1\n}\n', ("a",), "{}\n"),
    ('{\n  "a": 1, // why\n  "b": 2 // end\n}', ("b",), '{\n  "a": 1 // why\n}'),
    ('{\n  "a": 1, // why\n  "b": 2, // end\n}', ("b",), '{\n  "a": 1, // why\n}'),
    ('{\r\n  "a": {\r\n    "x": 1\r\n  },\r\n  "b": 2\r\n}', ("a",), '{\r\n  "b": 2\r\n}'),
    ('{\n  // above\n  "a": 1,\n  "b": 2\n}', ("a",), '{\n  // above\n  "b": 2\n}'),
    ('{\n  // alone\n  "a": 1\n}', ("a",), "{\n  // alone\n}"),
    ('{\n  "a": 1, "b": 2, // of both\n  "c": 3\n}', ("b",), '{\n  "a": 1, // of both\n  "c": 3\n}'),
    ('{"l": [1, 2, 3]}', ("l", 1), '{"l": [1, 3]}'),
    ('{\n  "a": 1\n  , "b": 2\n}', ("b",), '{\n  "a": 1\n  \n}'),
    ('{"a": 1}', ("gone", "x"), '{"a": 1}'),
])  # fmt: skip
def test_an_entry_goes_with_its_line_its_comma_and_its_comment(was: str, path: tuple[str | int, ...], now: str) -> None:
    assert edited(was, Remove(path)) == now


@pytest.mark.parametrize(("was", "edit", "now"), [
    ("[1, 2]", Insert((), 9), "[1, 2, 9]"),
    ("[1, 2]", Insert((), 9, 0), "[9, 1, 2]"),
    ("[ 1, 2 ]", Insert((), 9, 1), "[ 1, 9, 2 ]"),
    ("[\n  1, // one\n  2\n]", Insert((), 9, 1), "[\n  1, // one\n  9,\n  2\n]"),
    ("[ // c\n  1\n]", Insert((), 9, 0), "[ // c\n  9,\n  1\n]"),
    ('{\n  "l": []\n}', Insert(("l",), {"a": 1}), '{\n  "l": [\n    {\n      "a": 1\n    }\n  ]\n}'),
    ('{"a": 1}', Insert(("m", "l"), "x"), '{"a": 1, "m": {"l": ["x"]}}'),
])  # fmt: skip
def test_an_item_comes_in_the_style_of_its_list(was: str, edit: Edit, now: str) -> None:
    assert edited(was, edit) == now


@pytest.mark.parametrize(("was", "value", "now"), [
    ('{"a": 1.0, /* c */ "b": "\\u00e9"}', {"b": "é", "a": 2}, '{"a": 2, /* c */ "b": "\\u00e9"}'),
    ('["a" /* a */, "b" /* b */, "c"]', ["a", "c"], '["a" /* a */, "c"]'),
    ('["a", "b" /* b */]', ["x", "a", "y", "b"], '["x", "a", "y", "b" /* b */]'),
    ('[{"n": 1, "m": [1, 2]}, {"n": 2}]', [{"n": 1, "m": [2]}, {"n": 2}], '[{"n": 1, "m": [2]}, {"n": 2}]'),
    ("[1]", [True], "[true]"),
    ('{ "a":  1 }', {"a": 1}, '{ "a":  1 }'),
])  # fmt: skip
def test_setting_a_container_replaces_only_what_differs(was: str, value: Any, now: str) -> None:
    assert edited('{"r": ' + was + "}", Set(("r",), value)) == '{"r": ' + now + "}"


def test_a_renamed_entry_takes_the_place_of_the_only_one() -> None:
    was = '{\n  "m": {\n    "old": {"x": 1}, // why\n  }\n}'
    assert edited(was, Remove(("m", "old")), Set(("m", "new"), 2)) == '{\n  "m": {\n    "new": 2, // why\n  }\n}'


def test_edits_build_on_each_other() -> None:
    assert edited("{}", Set(("a",), {}), Insert(("a", "l"), 1), Insert(("a", "l"), 0, 0), Set(("a", "l", 1), 7)) == (
        '{\n  "a": {\n    "l": [\n      0,\n      7\n    ]\n  }\n}'
    )


@pytest.mark.parametrize(("empty", "full"), [("", '{\n  "a": 1\n}\n'), ("\ufeff \r\n", '\ufeff{\r\n  "a": 1\r\n}\r\n')])
def test_an_empty_file_becomes_a_document(empty: str, full: str) -> None:
    assert edited(empty, Set(("a",), 1)) == full
    assert edited(empty) == empty
    assert edited(empty, Remove(("a",))) == empty


@pytest.mark.parametrize("edit", [
    Set((), {}), Remove(()), Set(("s", "x"), 1), Set(("l", 5), 1), Set(("l", -1), 1), Set(("l", "x"), 1), Set((0,), 1),
    Insert(("s",), 1), Insert(("l",), 1, -1), Insert((), 1), Set(("l", 0, "x"), 1), Remove(("l", -1)),
    Set(("a",), float("nan")), Set(("a",), {1: 2}), Set(("a",), {1, 2}), Set(("a",), "\ud800"), Set(("\ud800",), 1), Set(("a",), 10**5000), Set(("a",), b"x"),
])  # fmt: skip
def test_an_edit_that_cannot_be_made_is_refused(edit: Edit) -> None:
    with pytest.raises(EditRefused):
        edited('{"s": "text", "l": [null]}', edit)


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value += [value, value]
    with pytest.raises(EditRefused):
        edited("{}", Set(("a",), value))


def test_a_file_with_a_key_twice_is_not_edited() -> None:
    with pytest.raises(FormatError, match="twice"):
        edited('{"m": {"a": 1, "a": 2}}', Set(("b",), 1))


def test_hundreds_of_edits_of_a_large_file_are_made_in_one_go() -> None:
    data = json_text.edit(b"", [Set(("m", f"k{i}"), {"args": ["x" * 20], "env": {"A": "1"}}) for i in range(4_000)])
    result = json_text.edit(data, [Set(("m", f"n{i}"), i) for i in range(400)] + [Remove(("m", f"k{i}")) for i in range(400)])
    assert len(json_text.read(result)["m"]) == 4_000
