"""Random TOML documents, random edits: the outcome is exact, and no comment is lost that no edit names."""

from __future__ import annotations

import random
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.formats import toml_text
from reconciler.formats.edit import Edit, EditRefused, FormatError, Insert, KeyPath, Remove, Set, applied
from reconciler.formats.steps import same
from reconciler.formats.toml_write import key_text, value_text

KEYS = ["a", "b", "mcp_servers", "env", "a.dotted", "", "x y", "é", '"', "1"]
SCALARS = ['"text # no"', "'lit \\ #'", '"""m\n# no\n"" x"""', "'''\nm ' x'''", "1", "-0", "1.5", "inf", "nan", "true", "false", "0x1F",
           "1979-05-27 07:32:00Z", "07:32:00", '"\\u00e9\\n"', '""""q"""', '"]"', "'}'"]  # fmt: skip
VALUES: list[Any] = ["new", "", "a\nb", "é😀\x7f\\", 1, 2.5, float("nan"), True, [], {}, ["x", 1], [{"a": 1}], {"k": "v"}, {"k": {"l": {}}, "m": [1]}]


class Maker:
    """Writes one random document and remembers the owner of every comment."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.owners: dict[str, KeyPath] = {}

    def made(self) -> bytes:
        self.table((), (), 0)
        newline = self.random.choice(["\n", "\n", "\r\n"])
        text = newline.join("\n".join(self.lines).split("\n"))
        end = newline if text and self.random.random() < 0.7 else ""
        return self.random.choice([b"", b"", b"\xef\xbb\xbf"]) + (text + end).encode()

    def comment(self, owner: KeyPath) -> str:
        if self.random.random() < 0.6:
            return ""
        name = f"# c{len(self.owners)}."
        self.owners[name] = owner
        return f" {name}, ]}}"

    def table(self, at: KeyPath, names: tuple[str, ...], depth: int) -> None:
        keys = self.random.sample(KEYS, self.random.randint(0, 4))
        split = self.random.randint(0, len(keys)) if depth < 3 else len(keys)
        for key in keys[:split]:
            self.pair(at, key)
        for key in keys[split:]:
            self.section((*at, key), (*names, key), depth)

    def pair(self, at: KeyPath, key: str) -> None:
        self.lines += [c.strip() for c in [self.comment(at)] if c]
        blank = self.random.choice(["", " ", "  "])
        for inner in self.random.choice(["", "xy"]) or [""]:
            keys = (key, inner) if inner else (key,)
            path = (*at, *keys)
            self.lines.append(f"{blank}{key_text(*keys)} ={blank}{self.value(path, 0)}{self.comment(path)}")
        self.lines += [""] * self.random.choice([0, 0, 1])

    def value(self, at: KeyPath, depth: int) -> str:
        kind = self.random.random() if depth < 3 else 1
        if kind < 0.15:
            return self.random.choice(["{}", "{ }"]) if kind < 0.03 else f"{{ {', '.join(self.inline_pair(at, k, depth) for k in 'pq')} }}"
        if kind < 0.35:
            return self.array(at, depth)
        return self.random.choice(SCALARS)

    def inline_pair(self, at: KeyPath, key: str, depth: int) -> str:
        keys = self.random.choice([(key,), (key, "z")])
        return f"{'.'.join(keys)} = {self.value((*at, *keys), depth + 1)}"

    def array(self, at: KeyPath, depth: int) -> str:
        items = [self.value((*at, i), depth + 1) for i in range(self.random.randint(0, 3))]
        if self.random.random() < 0.5 or not items:
            return f"[{', '.join(items)}]"
        lines = [f"  {item},{self.comment((*at, i))}" for i, item in enumerate(items[:-1])]
        last = f"  {items[-1]}{self.random.choice(['', ','])}{self.comment((*at, len(items) - 1))}"
        return "\n".join([f"[{self.comment(at)}", *lines, last, self.random.choice(["]", "  ]"])])

    def section(self, at: KeyPath, names: tuple[str, ...], depth: int) -> None:
        count = self.random.choice([0, 0, 1, 2])
        for i in range(max(count, 1)):
            here = (*at, i) if count else at
            if count or self.random.random() < 0.7:
                if self.random.random() < 0.7:
                    self.lines += ["", *([c.strip()] if (c := self.comment(here)) else [])]
                self.lines.append(("[[%s]]" if count else "[ %s ]") % key_text(*names) + self.comment(here))
                self.table(here, names, depth + 1)
            else:
                self.section((*here, "deep"), (*names, "deep"), depth + 1)

    def edit(self, value: Any) -> Set | Remove | Insert:
        path: KeyPath = ()
        at = value
        while isinstance(at, dict | list) and at and (not path or self.random.random() < 0.7):
            key = self.random.choice(list(at) if isinstance(at, dict) else list(range(len(at))))
            path, at = (*path, key), at[key]
        new = self.random.choice(VALUES)
        if isinstance(at, list) and path:
            return Insert(path, new, self.random.choice([None, 0, 1]))
        if isinstance(at, dict) and self.random.random() < 0.6:
            return Set((*path, *self.random.choice([("new",), ("new one", "deep")])), new)
        if not path:
            return Set(("first",), new)
        return Set(path, new) if self.random.random() < 0.5 else Remove(path)


def line_ends(data: bytes) -> set[str]:
    return set(re.findall("\r?\n", data.decode()))


@settings(max_examples=1000, deadline=None)
@given(st.integers(0, 2**64))
def test_an_edit_has_its_exact_outcome_and_keeps_comments(seed: int) -> None:
    maker = Maker(seed)
    data = maker.made()
    before = toml_text.read(data)
    edit = maker.edit(before)
    try:
        after = toml_text.edit(data, [edit])
    except EditRefused as refused:
        if "array of tables" not in refused.reason:
            raise
        return
    assert same(toml_text.read(after), applied(before, [edit]))
    assert after.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert line_ends(data) >= line_ends(after) or not line_ends(data)
    named = edit.path if not isinstance(edit, Insert) else (*edit.path, "none")
    kept = [c for c, owner in maker.owners.items() if owner[: len(named)] != named]
    found = re.findall(r"# c\d+\.", after.decode())
    assert [c for c in found if c in kept] == [c for c in re.findall(r"# c\d+\.", data.decode()) if c in kept]
    assert set(kept) <= set(found)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**64))
def test_an_edit_that_changes_nothing_gives_the_same_bytes(seed: int) -> None:
    data = Maker(seed).made()
    value = toml_text.read(data)
    assert toml_text.edit(data, [Set((key,), inner) for key, inner in value.items()]) == data


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**64))
def test_several_edits_have_the_outcome_of_one_after_the_other(seed: int) -> None:
    maker = Maker(seed)
    data = maker.made()
    edits: list[Edit] = [Set(("mcp_new", f"s{i}"), {"command": "c", "env": {"A": str(i)}}) for i in range(3)]
    edits += [Remove(("mcp_new", "s1")), Set(("top",), 1)]
    assert same(toml_text.read(toml_text.edit(data, edits)), applied(toml_text.read(data), edits))


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_a_value_and_a_key(text: str) -> None:
    data = toml_text.edit(b"", [Set((text,), text)])
    assert toml_text.read(data) == {text: text}
    assert value_text(text) in data.decode()


@settings(max_examples=1000, deadline=None)
@given(st.text(alphabet="[]{}=.,\"'# \n\rab1\\", max_size=40))
def test_any_bytes_are_read_or_refused_with_a_position(text: str) -> None:
    try:
        toml_text.edit(text.encode(), [Set(("new",), 1)])
    except FormatError as error:
        if error.line < 1 or error.column < 1:
            raise
