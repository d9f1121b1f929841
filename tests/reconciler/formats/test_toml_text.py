"""TOML: reading within bounds, and edits that touch only their own lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.formats import toml_text
from reconciler.formats.edit import MAX_BYTES, Edit, EditRefused, FormatError, Insert, KeyPath, Remove, Set, applied

ALL = Path(__file__).parents[2] / "golden"
GOLDEN = ALL / "codex"
BROKEN = {"config-broken.toml", "policy-broken.toml"}
FIXTURES = sorted(path for path in ALL.rglob("*.toml") if path.name not in BROKEN)
SERVER = {"command": "c", "args": ["a"], "env": {"A": "1", "B.c": "2"}, "enabled": True}

every_fixture = pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)


def lines(data: bytes) -> list[bytes]:
    return [line for line in data.splitlines(keepends=True) if line.strip()]


def is_subsequence(some: list[bytes], of: list[bytes]) -> bool:
    rest = iter(of)
    return all(line in rest for line in some)


@every_fixture
def test_nothing_to_change_gives_the_same_bytes(path: Path) -> None:
    data = path.read_bytes()
    value = toml_text.read(data)
    assert toml_text.edit(data, [Set((key,), value[key]) for key in value]) == data


@every_fixture
def test_a_new_server_touches_no_other_line(path: Path) -> None:
    data = path.read_bytes()
    after = toml_text.edit(data, [Set(("mcp_servers", "a.new"), SERVER)])
    if path.name == "config-inline-servers.toml":  # one line holds all servers
        assert after.startswith(data.removesuffix(b" }\n"))
    else:
        assert is_subsequence(lines(data), lines(after))


@every_fixture
def test_a_new_server_taken_away_again_leaves_the_same_bytes(path: Path) -> None:
    data = path.read_bytes()
    added = toml_text.edit(data, [Set(("mcp_servers", "a.new"), SERVER)])
    had_servers = "mcp_servers" in toml_text.read(data)
    gone = ("mcp_servers", "a.new") if had_servers else ("mcp_servers",)
    assert toml_text.edit(added, [Remove(gone)]) == data


@every_fixture
def test_a_changed_field_touches_only_its_line(path: Path) -> None:
    data = path.read_bytes()
    for name in toml_text.read(data).get("mcp_servers", {}):
        after = toml_text.edit(data, [Set(("mcp_servers", name, "url"), "https://new.example.invalid")])
        changed = set(lines(data)) - set(lines(after))
        assert len(changed) <= 1
        assert is_subsequence([line for line in lines(data) if line not in changed], lines(after))


@every_fixture
def test_a_server_taken_away_leaves_all_lines_of_others(path: Path) -> None:
    data = path.read_bytes()
    for name in toml_text.read(data).get("mcp_servers", {}):
        after = toml_text.edit(data, [Remove(("mcp_servers", name))])
        kept = [line for line in lines(after) if line.strip(b"\xef\xbb\xbf\r\n") not in (b"[mcp_servers]", b"mcp_servers = {}")]
        assert is_subsequence(kept, lines(data))
        assert b"# file comment" in after or b"# file comment" not in data


def test_a_new_server_stands_after_the_last_one_with_sections_for_its_maps() -> None:
    data = b'# top\n[mcp_servers.a]\ncommand = "x"\n\n[features]\nf = true\n# end\n'
    assert toml_text.edit(data, [Set(("mcp_servers", "b.c"), SERVER)]).decode() == (
        '# top\n[mcp_servers.a]\ncommand = "x"\n\n[mcp_servers."b.c"]\ncommand = "c"\nargs = ["a"]\nenabled = true\n\n'
        '[mcp_servers."b.c".env]\nA = "1"\n"B.c" = "2"\n\n[features]\nf = true\n# end\n'
    )


CASES: list[tuple[str, Edit, str]] = [
    ('model = "a" # c\n', Set(("model",), "b"), 'model = "b" # c\n'),
    ("m = 'a' # c", Set(("m",), "b"), 'm = "b" # c'),
    ('e = { "B" = "2" } # c\n', Set(("e", "C.d"), "3"), 'e = { "B" = "2", "C.d" = "3" } # c\n'),
    ("e = { A = 1, B = 2 }\n", Remove(("e", "A")), "e = { B = 2 }\n"),
    ("e = { A = 1, B = 2 }\n", Remove(("e", "B")), "e = { A = 1 }\n"),
    ("e = { A = 1 }\n", Remove(("e", "A")), "e = {}\n"),
    ("a = [\n  1, # one\n  2,\n]\n", Insert(("a",), 3), "a = [\n  1, # one\n  2,\n  3,\n]\n"),
    ("a = [\n  1, # one\n  2 # two\n]\n", Insert(("a",), 3), "a = [\n  1, # one\n  2, # two\n  3\n]\n"),
    ("a = [\n  1, # one\n  2,\n]\n", Set(("a",), [1, 5, 2]), "a = [\n  1, # one\n  5,\n  2,\n]\n"),
    ("a = [\n  1, # one\n  2, # two\n]\n", Remove(("a", 0)), "a = [\n  2, # two\n]\n"),
    ("a = [1, 2, 3]\n", Set(("a",), [1, 3]), "a = [1, 3]\n"),
    ("a = [1, 2,]\n", Insert(("a",), 0, 0), "a = [0, 1, 2,]\n"),
    ("[a]\nb.c = 1\n", Set(("a", "b", "d"), 2), "[a]\nb.c = 1\nb.d = 2\n"),
    ("[a.b]\nx = 1\n", Set(("a", "y"), 2), "[a.b]\nx = 1\n\n[a]\ny = 2\n"),
    ("[a.b]\nx = 1\n", Remove(("a", "b")), "[a]\n"),
    ("x = 1\n\n# of a\n[a]\ny = 1\n\n# of b\n[b]\nz = 1\n", Remove(("a",)), "x = 1\n\n# of b\n[b]\nz = 1\n"),
    ("x = 1\n\n# of a\n[a]\ny = 1\n\n# of b\n[b]\nz = 1\n", Remove(("b",)), "x = 1\n\n# of a\n[a]\ny = 1\n"),
    ("x = 1\n# of x?\n[a]\ny = 1\n", Remove(("a",)), "x = 1\n# of x?\n"),
    ("# file\n[a]\ny = 1\n", Remove(("a",)), "# file\n"),
    ("[a]\ny = 1\n", Set(("x",), 1), "x = 1\n\n[a]\ny = 1\n"),
    ("[[a]]\nx = 1\n\n[[a]]\nx = 2\n", Insert(("a",), {"x": 3}, 1), "[[a]]\nx = 1\n\n[[a]]\nx = 3\n\n[[a]]\nx = 2\n"),
    ("[[a]]\nx = 1\n\n[[a]]\nx = 2\n", Remove(("a", 0)), "[[a]]\nx = 2\n"),
    ("a = 1\r\nb = 2", Set(("c",), "é"), 'a = 1\r\nb = 2\r\nc = "é"'),
    ("\ufeffa = 1\r\n", Set(("t", "u"), {}), "\ufeffa = 1\r\n\r\n[t.u]\r\n"),
    ("", Set(("t", "u"), 1), "[t]\nu = 1\n"),
]


@pytest.mark.parametrize(("before", "edit", "after"), CASES)
def test_an_edit_writes_exactly_this(before: str, edit: Edit, after: str) -> None:
    assert toml_text.edit(before.encode(), [edit]).decode() == after
    assert toml_text.read(after.encode()) == applied(toml_text.read(before.encode()), [edit])


@pytest.mark.parametrize("data", [b"", b"\n", b"# c\n", b"\xef\xbb\xbf"])
def test_a_file_without_keys_is_an_empty_map(data: bytes) -> None:
    assert toml_text.read(data) == {}


def test_dates_are_text() -> None:
    assert toml_text.read(b"d = 2024-01-02\nt = [07:32:00]\n") == {"d": "2024-01-02", "t": ["07:32:00"]}


@pytest.mark.parametrize(("data", "line", "column"), [
    ((GOLDEN / "variants/config-broken.toml").read_bytes(), 1, 15),
    (b"a = 1\nb = 2\n  a = 3\n", 3, 3),
    (b"[a]\nx = 1\n[b]\n[a]\n", 4, 1),
    (b"a = { x = 1, x = 2 }\n", 1, 14),
    (b"a = '", 1, 6),
    (b"ok = 1\nx = \xff", 2, 5),
    (b"\xff", 1, 1),
])  # fmt: skip
def test_a_refusal_says_where(data: bytes, line: int, column: int) -> None:
    with pytest.raises(FormatError) as refused:
        toml_text.read(data)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize("data", [
    b"#" * (MAX_BYTES + 1),
    b"a = " + b"[" * 70 + b"]" * 70,
    b"a = " + b"[" * 100_000,
    b"a = " + b"{a=" * 70 + b"1" + b"}" * 70,
    b"a" + b".a" * 70 + b" = 1",
    b"a" + b".a" * 1_000_000 + b" = 1",
    b"[a" + b".a" * 70 + b"]",
    b"a = [" + b"1," * 100_001 + b"]",
    b"a = " + b"9" * 10_000,
])  # fmt: skip
def test_what_is_out_of_bounds_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        toml_text.read(data)


@pytest.mark.parametrize(("path", "value"), [
    (("a",), None), (("a",), [None]), (("a",), 2**63), (("a",), object()), (("a",), "\ud800"), (("t", "x"), 1), ((), {}), ((0,), 1), (("l", 5), 1), (("l", -1), 1),
])  # fmt: skip
def test_what_toml_cannot_say_is_refused(path: KeyPath, value: Any) -> None:
    with pytest.raises(EditRefused):
        toml_text.edit(b"t = 1\nl = [1]\n", [Set(path, value)])


@pytest.mark.parametrize(("path", "at"), [
    (("a",), (1, 1)), (("s", "b"), (4, 3)), (("s", "b", 1), (4, 11)), (("s",), (3, 1)), (("s", "none"), (3, 1)), (("x", "y"), (5, 1)), (("none",), (1, 1)),
])  # fmt: skip
def test_a_position_is_that_of_the_key_or_of_what_is_around_it(path: KeyPath, at: tuple[int, int]) -> None:
    assert toml_text.position(b"\xef\xbb\xbfa = 1\n\n[s]\n  b = [1, 2]\nx.y = 1\n", path if path[0] != "x" else ("s", *path)) == at
