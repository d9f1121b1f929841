"""Random YAML documents, random edits: the outcome is exact, and no comment is lost that no edit names."""

from __future__ import annotations

import random
import re
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.formats import yaml_text
from reconciler.formats.edit import EditRefused, FormatError, Insert, KeyPath, Remove, Set, applied
from reconciler.formats.steps import same

KEYS = ["a", "b", "toolPermissions", "'x y'", '"q\\u00e9"', "12", "on", "a.b", "é😀", "k:k", "~"]
SCALARS = ["text", "'single '' # no'", '"dq \\" # no"', "1", "-1.5", "true", "null", "~", "", "2024-01-01", "a#b", "C:\\x", "'multi\n\n" + 40 * " " + "line'",
           "plain\n" + 40 * " " + "more", "010", "1:30", "0x1f", ".inf"]  # fmt: skip
BLOCKS = [["|", "text", "  more # no", "", "end"], [">-", "folded", "text"], ["|+", "kept", "", ""], ["|-", "- a", "b: c"], ["|2-", "  deep", "x"]]
VALUES: list[Any] = ["new", "", "yes", "a\nb\n", "a\n\n  b", " x", "x: y", "- x", "\t", "é\x85", "1", 1, 2.5, 1e300, True, None, [], {}, ["x", ["y", {"z": 1}]],
                     {"command": r"^git\b #.*$", "permission": "allow"}, {"k": {"l": {}, "m": ["a\nb\n", {"b": "c\nd"}]}}]  # fmt: skip


class Maker:
    """Writes one random document and remembers the owner of every comment."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.owners: dict[str, KeyPath] = {}
        self.step = self.random.choice([1, 2, 2, 4])

    def made(self) -> bytes:
        if self.random.random() < 0.1:
            self.lines += self.random.choice([["---"], ["# top", ""], ["%YAML 1.1", "---"], ["--- # x"]])
        kind = self.random.random()
        if kind > 0.1:
            self.map((), 0)
        newline = self.random.choice(["\n", "\n", "\r\n"])
        text = newline.join("\n".join(self.lines).split("\n"))
        is_kept = bool(self.lines) and not self.lines[-1]
        end = newline if text and (is_kept or self.random.random() < 0.7) else ""
        return self.random.choice([b"", b"", b"\xef\xbb\xbf"]) + (text + end).encode()

    def comment(self, owner: KeyPath) -> str:
        if self.random.random() < 0.6:
            return ""
        name = f"# c{len(self.owners)}."
        self.owners[name] = owner
        return f"{self.random.choice(' ' * 3)}{name}: ]}}"

    def own_line(self, owner: KeyPath, indent: int) -> None:
        if self.random.random() < 0.3 and (text := self.comment(owner)):
            self.lines.append(" " * self.random.choice([indent, 0]) + text.strip())
        elif self.random.random() < 0.1:
            self.lines.append("")

    def map(self, at: KeyPath, indent: int, first: str | None = None) -> None:
        keys = self.random.sample(KEYS, self.random.randint(1, 4))
        for i, key in enumerate(keys):
            if i or first is None:
                self.own_line(at, indent)
            head = first if first is not None and not i else " " * indent
            name = str(yaml.load(f"{key}: 1", yaml.BaseLoader).popitem()[0])
            self.value((*at, name), f"{head}{key}:", indent)

    def value(self, at: KeyPath, head: str, indent: int) -> None:
        kind = self.random.random()
        if kind < 0.2 and len(at) < 5:
            self.lines.append(head + self.comment(at))
            self.map(at, indent + self.step)
        elif kind < 0.4 and len(at) < 5:
            self.lines.append(head + self.comment(at))
            self.seq(at, indent + self.random.choice([0, self.step]))
        elif kind < 0.5:
            block = self.random.choice(BLOCKS)
            self.lines += [f"{head} {block[0]}", *(" " * (indent + 2) * bool(line) + line for line in block[1:])]
        elif kind < 0.7:
            self.lines.append(f"{head} {self.flow(at, 0)}{self.comment(at)}")
        else:
            scalar = self.random.choice(SCALARS)
            self.lines.append(f"{head} {scalar}".rstrip() + self.comment(at))

    def seq(self, at: KeyPath, indent: int) -> None:
        gap = " " * self.random.choice([1, 1, 3])
        for i in range(self.random.randint(1, 3)):
            if i:
                self.own_line(at, indent)
            self.item((*at, i), " " * indent + "-", gap, indent)

    def item(self, at: KeyPath, head: str, gap: str, indent: int) -> None:
        inner = indent + 1 + len(gap)
        kind = self.random.random() if len(at) < 5 else 1
        if kind < 0.4:
            self.map(at, inner, head + gap)
        elif kind < 0.5:
            self.lines.append(head + self.comment(at))
            self.map(at, inner)
        elif kind < 0.6:
            self.item((*at, 0), head + gap + "-", " ", inner)
        elif kind < 0.7:
            self.lines += [f"{head} |", *(" " * inner + line for line in ["text", "more"])]
        else:
            self.lines.append(f"{head}{gap}{self.flow(at, 0)}".rstrip() + self.comment(at))

    def flow(self, at: KeyPath, depth: int) -> str:
        kind = self.random.random() if depth < 2 else 1
        if kind < 0.3:
            return f"{{{', '.join(f'{k}: {self.flow((*at, k), depth + 1)}' for k in self.random.choice(['', 'p', 'pq']))}}}"
        if kind < 0.6:
            return f"[{', '.join(self.flow((*at, i), depth + 1) for i in range(self.random.randint(0, 3)))}]"
        return self.random.choice(["x", "'y, '", '"z]"', "1", "a-b"])

    def edit(self, value: Any) -> Set | Remove | Insert:
        path: KeyPath = ()
        at = value
        while isinstance(at, dict | list) and at and (not path or self.random.random() < 0.8):
            key = self.random.choice(list(at) if isinstance(at, dict) else list(range(len(at))))
            path, at = (*path, key), at[key]
        new = self.random.choice(VALUES)
        if isinstance(at, list) and path and self.random.random() < 0.7:
            return Insert(path, new, self.random.choice([None, 0, 1]))
        if isinstance(at, dict) and self.random.random() < 0.6:
            return Set((*path, *self.random.choice([("new",), ("no", "deep")])), new)
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
    before = yaml_text.read(data)
    edit = maker.edit(before)
    try:
        after = yaml_text.edit(data, [edit])
    except EditRefused:
        # Lines or line ends near a block scalar can be a part of it; then nothing is done.
        if b"|+" not in data and data.endswith(b"\n"):
            raise
        return
    assert same(yaml_text.read(after), applied(before, [edit]))
    assert after.startswith(b"\xef\xbb\xbf") == data.startswith(b"\xef\xbb\xbf")
    assert line_ends(data) >= line_ends(after) or not line_ends(data)
    named = edit.path if not isinstance(edit, Insert) else (*edit.path, "none")
    kept = [c for c, owner in maker.owners.items() if owner[: len(named)] != named]
    found = re.findall(r"# c\d+\.", after.decode())
    assert [c for c in found if c in kept] == [c for c in re.findall(r"# c\d+\.", data.decode()) if c in kept]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**64))
def test_an_edit_that_changes_nothing_gives_the_same_bytes(seed: int) -> None:
    data = Maker(seed).made()
    value = yaml_text.read(data)
    assert yaml_text.edit(data, [Set((key,), inner) for key, inner in value.items()]) == data


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**64))
def test_the_values_are_those_of_the_library(seed: int) -> None:
    data = Maker(seed).made()
    assert shape(yaml_text.read(data)) == shape(yaml.safe_load(data) or {})


def shape(value: Any) -> Any:
    """Without keys, and with dates as text: in these two we differ from the library on purpose."""
    if isinstance(value, dict):
        return [shape(inner) for inner in value.values()]
    return [shape(inner) for inner in value] if isinstance(value, list) else str(value)


TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.text(alphabet="ab1 \n\t:#-'\"[{,&*!|>%@`?\\.eE\r\x85\u2028\ufeff~", max_size=12)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
NESTED = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8)


@settings(max_examples=1000, deadline=None)
@given(st.dictionaries(TEXTS, NESTED, max_size=4))
def test_a_dumped_document_reads_as_its_value(value: dict[str, Any]) -> None:
    assert same(yaml_text.read(yaml_text.dump(value)), value)


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(TEXTS, NESTED, min_size=1, max_size=3))
def test_a_value_set_into_a_document_reads_as_itself(value: dict[str, Any]) -> None:
    data = yaml_text.edit(b"was: {a: [], b: }\n", [Set(("was",), value), Set(("now", "deep"), value), Insert(("list",), value)])
    assert same(yaml_text.read(data), {"was": value, "now": {"deep": value}, "list": [value]})


@settings(max_examples=1000, deadline=None)
@given(st.text(alphabet="[]{}:,-?|>\"'# \n\t\rab1&*!%", max_size=40))
def test_any_bytes_are_read_or_refused_with_a_position(text: str) -> None:
    try:
        yaml_text.edit(text.encode(), [Set(("new",), 1)])
    except FormatError as error:
        if error.line < 1 or error.column < 1:
            raise
