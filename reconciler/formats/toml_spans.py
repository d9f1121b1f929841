"""Where the parts of a TOML document stand in its text: sections, pairs, values, with their paths.

Reads documents that a TOML parser accepted; it does not judge syntax and yields no values.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from reconciler.formats.edit import MAX_DEPTH, FormatError, KeyPath
from reconciler.formats.spans import next_line, place

_BLANK = re.compile(r"[ \t]*")
_TRIVIA = re.compile(r"(?:[ \t\r\n]|#[^\n]*+)*+")
_KEY = re.compile(r"""([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\[^\n])*)"|'([^'\n]*)'""")
_SCALAR = re.compile(
    r'''"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*+"""(?:"{0,2})'''
    r"""|'''(?:[^']|'{1,2}(?!'))*+'''(?:'{0,2})"""
    r'''|"(?:[^"\\\n]|\\[^\n])*+"|'[^'\n]*\''''
    r"""|\d{4}-\d\d-\d\d[ ]\d\d:[^\s,\]}#]+|[^\s,\]}#\[{]+"""
)


@dataclass(frozen=True)
class Value:
    at: KeyPath
    start: int
    end: int
    kind: Literal["scalar", "array", "inline"] = "scalar"
    items: tuple[Value, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def inside(self) -> tuple[int, int]:
        return self.start + 1, self.end - 1


@dataclass(frozen=True)
class Pair:
    """``key = value``. ``home`` is the path of the section or inline table that it stands in."""

    at: KeyPath
    home: KeyPath
    start: int
    value: Value

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.value.end


@dataclass(frozen=True)
class Section:
    """A header and the pairs below it; the first section has no header."""

    at: KeyPath
    start: int
    body: int
    is_item: bool = False
    pairs: list[Pair] = field(default_factory=list)

    @property
    def last(self) -> int:
        """An index on the last line that holds something."""
        return self.pairs[-1].value.end if self.pairs else max(self.start, self.body - 1)


@dataclass(frozen=True)
class Document:
    text: str
    sections: list[Section]
    values: dict[KeyPath, Value]

    def below(self, path: KeyPath) -> list[Section]:
        """Sections of the table at ``path`` and of the tables in it."""
        return [s for s in self.sections if s.at[: len(path)] == path]

    def dotted(self, path: KeyPath) -> list[Pair]:
        """Pairs that make the table at ``path`` by a dotted key, or that hold the value there."""
        return [p for p in self.pairs() if p.at[: len(path)] == path and len(p.home) < len(path)]

    def pairs(self) -> Iterator[Pair]:
        for section in self.sections:
            yield from section.pairs
        for value in self.values.values():
            yield from value.pairs


def document(text: str) -> Document:
    """The parts of a document. Raises ``FormatError`` where it cannot follow."""
    return _Scanner(text).document()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text, self.pos = text, 0
        self.values: dict[KeyPath, Value] = {}
        self.counts: dict[KeyPath, int] = {}

    def document(self) -> Document:
        sections = [Section((), 0, 0)]
        self._skip(_TRIVIA)
        while self.pos < len(self.text):
            if self.text[self.pos] == "[":
                sections.append(self._header())
            else:
                sections[-1].pairs.append(self._pair(sections[-1].at, 0))
            self._skip(_TRIVIA)
        return Document(self.text, sections, self.values)

    def _header(self) -> Section:
        start, is_item = self.pos, self.text.startswith("[[", self.pos)
        self.pos += 2 if is_item else 1
        keys = self._keys()
        self._expect("]]" if is_item else "]")
        at = self._resolved(keys[:-1])
        at = (*at, keys[-1]) if is_item else self._resolved_last(at, keys[-1])
        if is_item:
            self.counts[at] = self.counts.get(at, 0) + 1
            at = (*at, self.counts[at] - 1)
        return Section(at, start, next_line(self.text, self.pos), is_item)

    def _resolved(self, keys: tuple[str, ...]) -> KeyPath:
        at: KeyPath = ()
        for key in keys:
            at = self._resolved_last(at, key)
        return at

    def _resolved_last(self, at: KeyPath, key: str) -> KeyPath:
        at = (*at, key)
        return (*at, self.counts[at] - 1) if at in self.counts else at

    def _pair(self, home: KeyPath, depth: int) -> Pair:
        start = self.pos
        at = (*home, *self._keys())
        self._expect("=")
        self._skip(_BLANK)
        return Pair(at, home, start, self._value(at, depth))

    def _keys(self) -> tuple[str, ...]:
        keys: list[str] = []
        while True:
            self._skip(_BLANK)
            keys.append(self._key())
            self._skip(_BLANK)
            if len(keys) > MAX_DEPTH:
                self._fail("nested too deep")
            if not self.text.startswith(".", self.pos):
                return tuple(keys)
            self.pos += 1

    def _key(self) -> str:
        found = _KEY.match(self.text, self.pos)
        if not found:
            self._fail("a key was expected")
        self.pos = found.end()
        if found[2] and "\\" in found[2]:
            return str(tomllib.loads(f"k = {found[0]}")["k"])
        return found[1] or found[2] or found[3] or ""

    def _value(self, at: KeyPath, depth: int) -> Value:
        if depth > MAX_DEPTH:
            self._fail("nested too deep")
        first = self.text[self.pos : self.pos + 1]
        value = self._array(at, depth) if first == "[" else self._inline(at, depth) if first == "{" else self._scalar(at)
        self.values[at] = value
        return value

    def _scalar(self, at: KeyPath) -> Value:
        found = _SCALAR.match(self.text, self.pos)
        if not found:
            self._fail("a value was expected")
        self.pos = found.end()
        return Value(at, found.start(), found.end())

    def _array(self, at: KeyPath, depth: int) -> Value:
        start, items = self.pos, list[Value]()
        while not self._closes("]", start):
            items.append(self._value((*at, len(items)), depth + 1))
        return Value(at, start, self.pos, "array", items=tuple(items))

    def _inline(self, at: KeyPath, depth: int) -> Value:
        start, pairs = self.pos, list[Pair]()
        while not self._closes("}", start):
            pairs.append(self._pair(at, depth + 1))
        return Value(at, start, self.pos, "inline", pairs=tuple(pairs))

    def _closes(self, bracket: str, start: int) -> bool:
        """Step over the opening bracket or a comma; True when the closing bracket was stepped over."""
        self._skip(_TRIVIA)
        if self.pos == start or self.text.startswith(",", self.pos):
            self.pos += 1
            self._skip(_TRIVIA)
        if not self.text.startswith(bracket, self.pos):
            return False
        self.pos += 1
        return True

    def _skip(self, blank: re.Pattern[str]) -> None:
        found = blank.match(self.text, self.pos)
        self.pos = found.end() if found else self.pos

    def _expect(self, mark: str) -> None:
        self._skip(_BLANK)
        if not self.text.startswith(mark, self.pos):
            self._fail(f"{mark!r} was expected")
        self.pos += len(mark)

    def _fail(self, reason: str) -> NoReturn:
        raise FormatError(reason, *place(self.text, self.pos))
