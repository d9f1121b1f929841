"""YAML: reading within bounds, edits that touch only their own lines, and the tidy style of new documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.formats import yaml_text
from reconciler.formats.edit import MAX_BYTES, Edit, EditRefused, FormatError, Insert, KeyPath, Remove, Set, applied

GOLDEN = Path(__file__).parents[2] / "golden" / "acli"
FIXTURES = sorted(GOLDEN.rglob("*.yml"))
ENTRY = {"command": r"git status( .*)?$", "permission": "allow"}

every_fixture = pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)


def lines(data: bytes) -> list[bytes]:
    return [line for line in data.splitlines(keepends=True) if line.strip()]


def is_subsequence(some: list[bytes], of: list[bytes]) -> bool:
    rest = iter(of)
    return all(line in rest for line in some)


@every_fixture
def test_nothing_to_change_gives_the_same_bytes(path: Path) -> None:
    data = path.read_bytes()
    value = yaml_text.read(data)
    assert yaml_text.edit(data, [Set((key,), value[key]) for key in value]) == data


@every_fixture
def test_a_new_entry_stands_in_two_lines_and_touches_no_other(path: Path) -> None:
    data = path.read_bytes()
    after = yaml_text.edit(data, [Insert(("toolPermissions", "bash", "commands"), ENTRY)])
    assert is_subsequence(lines(data), lines(after))
    words = [b" ".join(line.split()) for line in after.splitlines()]
    at = words.index(b"- command: git status( .*)?$")
    assert words[at + 1] == b"permission: allow"


@every_fixture
def test_a_new_entry_taken_away_again_leaves_the_same_bytes(path: Path) -> None:
    data = path.read_bytes()
    commands = ("toolPermissions", "bash", "commands")
    if yaml_text.read(data).get("toolPermissions", {}).get("bash"):
        assert yaml_text.edit(yaml_text.edit(data, [Insert(commands, ENTRY, 0)]), [Remove((*commands, 0))]) == data


@every_fixture
def test_every_entry_can_go_without_another_line(path: Path) -> None:
    data = path.read_bytes()
    for key, value in yaml_text.read(data).items():
        for inner in value if isinstance(value, dict) else []:
            after = yaml_text.edit(data, [Remove((key, inner))])
            assert is_subsequence([line for line in lines(after) if b"{}" not in line], lines(data))


CASES: list[tuple[str, Edit, str]] = [
    ("a: 1 # c\nb: 2\n", Set(("a",), "x"), "a: x # c\nb: 2\n"),
    ("a: 'x' # c", Set(("a",), "yes"), "a: 'yes' # c"),
    ("a:\nb: 2\n", Set(("a",), 1), "a: 1\nb: 2\n"),
    ("a: # c\nb: 2\n", Set(("a",), {"x": 1}), "a: # c\n  x: 1\nb: 2\n"),
    ("a:\n  b: 1\n# of c\nc: 1\n", Set(("a", "d"), [1]), "a:\n  b: 1\n  d:\n    - 1\n# of c\nc: 1\n"),
    ("a:\n- x\n- y\n# of c\nc: 1\n", Insert(("a",), "z"), "a:\n- x\n- y\n- z\n# of c\nc: 1\n"),
    ("a:\n  -   x: 1\n      z: 2\n", Insert(("a",), {"x": 3, "z": 4}), "a:\n  -   x: 1\n      z: 2\n  -   x: 3\n      z: 4\n"),
    ("a:\n  - x # one\n  - y # two\n", Insert(("a",), "z", 1), "a:\n  - x # one\n  - z\n  - y # two\n"),
    ("a:\n  - x\n", Insert(("a",), "z", 0), "a:\n  - z\n  - x\n"),
    ("a:\n  - x # one\n  - y # two\n", Remove(("a", 0)), "a:\n  - y # two\n"),
    ("a:\n  - x # one\nb: 1\n", Remove(("a", 0)), "a: []\nb: 1\n"),
    ("a:\n  - x: 1\n    # of y\n    y: 2\n", Remove(("a", 0, "x")), "a:\n    # of y\n  - y: 2\n"),
    ("a: [] # none\nb: {}\n", Insert(("a",), "x"), "a: # none\n  - x\nb: {}\n"),
    ("a: {} # none\n", Set(("a", "x"), "z"), "a: # none\n  x: z\n"),
    ("a: [x, 'y'] # c\n", Insert(("a",), "z, z"), "a: [x, 'y', 'z, z'] # c\n"),
    ("a: {x: 1, y: 2}\n", Remove(("a", "x")), "a: {y: 2}\n"),
    ("a: {x: 1}\n", Set(("a", "w"), {"z": []}), "a: {x: 1, w: {z: []}}\n"),
    ("a: |\n  one\n  two\n\n# c\nb: 1\n", Set(("a",), "three\nfour\n"), "a: |\n  three\n  four\n\n# c\nb: 1\n"),
    ("a: |\n  one\nb: 1\n", Set(("a",), "x"), "a: x\nb: 1\n"),
    ("a: >-\n  one\n  two\nb: 1\n", Remove(("a",)), "b: 1\n"),
    ("a: x # c\n", Set(("a",), "x\ny"), "a: |- # c\n  x\n  y\n"),
    ("a:\n  b:\n    c: 1\n", Set(("a", "b"), "x"), "a:\n  b: x\n"),
    ("a: 1\r\nb:\r\n  c: 2", Set(("b", "d"), {"e": "x\ny"}), "a: 1\r\nb:\r\n  c: 2\r\n  d:\r\n    e: |-\r\n      x\r\n      y"),
    ("\ufeff# c\n", Set(("a", "b"), 1), "\ufeff# c\na:\n  b: 1\n"),
    ("---\na: 1\n", Set(("b",), 1), "---\na: 1\nb: 1\n"),
    ("{}\n", Set(("b",), 1), "b: 1\n"),
    ("a: 1\n", Remove(("a",)), ""),
    ("", Set(("a", "b"), ["x"]), "a:\n  b:\n    - x\n"),
]


@pytest.mark.parametrize(("before", "edit", "after"), CASES)
def test_an_edit_writes_exactly_this(before: str, edit: Edit, after: str) -> None:
    assert yaml_text.edit(before.encode(), [edit]).decode() == after
    assert yaml_text.read(after.encode()) == applied(yaml_text.read(before.encode()), [edit])


def test_a_set_map_changes_only_the_keys_that_differ() -> None:
    data = b"env:\n  A: '1' # one\n  # two\n  B: \"2\"\n  C: 3\n"
    assert yaml_text.edit(data, [Set(("env",), {"B": "2", "A": "1", "D": 4})]) == b"env:\n  A: '1' # one\n  # two\n  B: \"2\"\n  D: 4\n"


@pytest.mark.parametrize(("value", "text"), [
    ("plain words", "plain words"), ("yes", "'yes'"), ("1", "'1'"), ("", "''"), ("null", "'null'"), ("2024-01-01", "'2024-01-01'"), ("1e5", "'1e5'"),
    ("a: b", "'a: b'"), ("a #b", "'a #b'"), ("a#b", "a#b"), ("-y", "-y"), ("- y", "'- y'"), ("@x", "'@x'"), ("*.x", "'*.x'"), ("it's", "it's"), ("'q", "'''q'"),
    (r"^git( \d+)?$", r"^git( \d+)?$"), (r"\d: #", r"'\d: #'"), ("a\tb", '"a\\tb"'), (" a", "' a'"), ("a\n", "|\n  a"), ("a\nb", "|-\n  a\n  b"),
    ("\n", '"\\n"'), ("\u2028", '"\\u2028"'), ("${env:X}", "${env:X}"), ("http://x:1/y", "http://x:1/y"), (1e16, "1.0e+16"), (float("inf"), ".inf"), (None, "null"),
])  # fmt: skip
def test_values_are_quoted_only_when_needed(value: Any, text: str) -> None:
    assert yaml_text.dump({"k": value}).decode() == f"k: {text}\n"


def test_a_new_document_is_tidy() -> None:
    value = {"command": "npx", "args": ["-y", "x"], "env": {"A": "1"}, "none": [], "list": [{"a": 1, "b": [2]}, [3, 4]]}
    assert yaml_text.dump(value).decode() == (
        "command: npx\nargs:\n  - -y\n  - x\nenv:\n  A: '1'\nnone: []\nlist:\n  - a: 1\n    b:\n      - 2\n  - - 3\n    - 4\n"
    )


@pytest.mark.parametrize("data", [b"", b"\n", b"# c\n", b"---\n", b"null\n", b"\xef\xbb\xbf", b"{}"])
def test_a_document_without_keys_is_an_empty_map(data: bytes) -> None:
    assert yaml_text.read(data) == {}


def test_keys_and_dates_are_text() -> None:
    assert yaml_text.read(b"1: 2024-01-02\non: yes\n~: 010\n") == {"1": "2024-01-02", "on": True, "~": 8}


@pytest.mark.parametrize(("data", "line", "column"), [
    (b"a: 1\nb: 2\na: 3\n", 3, 1),
    (b"a: {x: 1, x: 2}\n", 1, 11),
    (b"a: 1\n'a': 2\n", 2, 1),
    (b"a: &x 1\n", 1, 4),
    (b"a: 1\nb: *x\n", 2, 4),
    (b"a: !!str 1\n", 1, 4),
    (b"<<: {a: 1}\n", 1, 1),
    (b"a: 1\n---\nb: 1\n", 2, 1),
    (b"[a]: 1\n", 1, 1),
    (b"a: [1\n", 2, 1),
    (b"a: b: c\n", 1, 5),
    (b"ok: 1\nx: \xff\n", 2, 4),
    (b"a: \x00", 1, 4),
])  # fmt: skip
def test_a_refusal_says_where(data: bytes, line: int, column: int) -> None:
    with pytest.raises(FormatError) as refused:
        yaml_text.read(data)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize("data", [
    b"#" * (MAX_BYTES + 1),
    b"[" * 70 + b"]" * 70,
    b"[" * 100_000,
    b"{a: " * 100_000,
    b"- " * 100_000,
    b"[" + b"1," * 100_001 + b"]",
    b"a: " + b"9" * 10_000,
    b"a: 0x_",
])  # fmt: skip
def test_what_is_out_of_bounds_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        yaml_text.read(data)


@pytest.mark.parametrize(("data", "edit"), [
    (b"a: 1\n", Set(("a", "b"), 1)),
    (b"- 1\n", Set(("a",), 1)),
    (b"a: 1\n", Set(("a",), object())),
    (b"a: 1\n", Set(("b",), "\ud800")),
    (b"a: [x: 1]\n", Set(("a", 0, "y"), 1)),
    (b"? a\n: 1\n", Set(("a",), {"x": 1})),
])  # fmt: skip
def test_an_edit_that_has_no_place_is_refused(data: bytes, edit: Edit) -> None:
    with pytest.raises(EditRefused):
        yaml_text.edit(data, [edit])


@pytest.mark.parametrize(("path", "at"), [
    (("a",), (2, 1)), (("a", "b"), (3, 3)), (("a", "b", 1), (3, 10)), (("a", "c"), (2, 1)), (("none",), (2, 1)), ((), (2, 1)),
])  # fmt: skip
def test_a_position_is_that_of_the_key_or_of_what_is_around_it(path: KeyPath, at: tuple[int, int]) -> None:
    assert yaml_text.position(b"# c\na:\n  b: [1, 2]\n", path) == at
