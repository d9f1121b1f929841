"""JSON text into nodes that know their place: the one parser behind reading and editing.

It walks by an own stack, never by recursion, so that no file can exhaust Python's; it never guesses at broken text.
Messages name places and known words, never other content of the file: that may be a secret.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from reconciler.formats.edit import MAX_DEPTH, MAX_JSON_NODES, FormatError

BOM = "\ufeff"
_PLAIN = re.compile(r'"([^"\\\x00-\x1f]*+)"')
_ESCAPED = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?(?![\w.+-])", re.ASCII)
_WORD = re.compile(r"-?\w++")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NEWLINE = re.compile(r"\r\n?|\n")
_LITERALS = {"true": True, "false": False, "null": None}
_KNOWN_MISTAKES = {"NaN", "Infinity", "-Infinity", "True", "False", "None", "undefined"}


@dataclass(frozen=True)
class Grammar:
    """What may stand in a file beside plain JSON. An empty refusal allows it."""

    space: re.Pattern[str]
    comment_refusal: str = ""
    comma_refusal: str = ""


JSONC = Grammar(re.compile(r"(?:[ \t\r\n]++|//[^\r\n]*+|(?>/\*[\s\S]*?\*/))*+"))
_LAST_COMMA = "a comma after the last entry is not allowed in this file"
COMMENTED = Grammar(JSONC.space, comma_refusal=_LAST_COMMA)
STRICT = Grammar(re.compile(r"[ \t\r\n]*+"), "comments are not allowed in this file", _LAST_COMMA)


@dataclass(slots=True, eq=False)
class Node:
    """A value and where it stands: ``text[start:end]``. ``parts`` is None unless it is an object or a list.

    Not frozen: the parser learns ``end`` of a container last.
    """

    start: int
    end: int
    value: Any
    parts: list[Part] | None = None


@dataclass(slots=True, eq=False)
class Part:
    """A member of an object, or an item of a list: from ``start`` (of its key) on; ``comma`` is -1 where none follows."""

    start: int
    node: Node
    key: str | None = None
    key_end: int = -1
    comma: int = -1


def line_column(text: str, at: int) -> tuple[int, int]:
    """Line and column of an offset, from 1; a byte-order mark has no column."""
    ends = [m.end() for m in _NEWLINE.finditer(text, 0, at)]
    begin = ends[-1] if ends else int(text.startswith(BOM))
    return len(ends) + 1, max(at - begin, 0) + 1


def parse(text: str, grammar: Grammar = JSONC) -> Node:
    """The document's root. Raises ``FormatError`` with the place of the first thing that is wrong."""
    return _Parser(text, grammar).document()


@dataclass(slots=True)
class _Parser:
    text: str
    grammar: Grammar
    at: int = 0
    count: int = 0
    open: list[Node] = field(default_factory=list)

    def document(self) -> Node:
        self._skip(int(self.text.startswith(BOM)))
        if self.at == len(self.text):
            raise self._error("the file is empty: there is no value in it", self.at)
        root = self._value()
        while self.open:
            self._step(self.open[-1])
        if self.at < len(self.text):
            raise self._unexpected("nothing may follow the end of the document")
        return root

    def _step(self, top: Node) -> None:
        """One closing bracket, comma or part of the innermost open container."""
        parts = top.parts or []
        char = self.text[self.at : self.at + 1]
        if char == ("}" if isinstance(top.value, dict) else "]"):
            self._close(top, parts)
        elif not parts or parts[-1].comma >= 0:
            self._part(top)
        elif char == ",":
            parts[-1].comma = self.at
            self._skip(self.at + 1)
        else:
            raise self._unexpected("a comma or the closing bracket is missing here")

    def _close(self, top: Node, parts: list[Part]) -> None:
        if parts and parts[-1].comma >= 0 and self.grammar.comma_refusal:
            raise self._error(self.grammar.comma_refusal, parts[-1].comma)
        top.end = self.at + 1
        self.open.pop()
        self._skip(top.end)

    def _part(self, top: Node) -> None:
        part = Part(self.at, top)
        if isinstance(top.value, dict):
            self._key(top, part)
        part.node = self._value()
        if top.parts is not None:
            top.parts.append(part)
        if part.key is None:
            top.value.append(part.node.value)
        else:
            top.value[part.key] = part.node.value

    def _key(self, top: Node, part: Part) -> None:
        if self.text[self.at : self.at + 1] != '"':
            raise self._unexpected("a key in double quotes is missing here")
        part.key, part.key_end = self._string(self.at)
        if part.key in top.value:
            raise self._error(f"the key {json.dumps(part.key, ensure_ascii=False)} is there twice", self.at)
        self._skip(part.key_end)
        if self.text[self.at : self.at + 1] != ":":
            raise self._unexpected("a colon is missing after the key")
        self._skip(self.at + 1)

    def _value(self) -> Node:
        start, char = self.at, self.text[self.at : self.at + 1]
        self.count += 1
        if self.count > MAX_JSON_NODES:
            raise self._error(f"there are more than {MAX_JSON_NODES} values", start)
        if char in ("{", "["):
            return self._opened(Node(start, -1, {} if char == "{" else [], []))
        value, end = self._string(start) if char == '"' else self._scalar(start)
        self._skip(end)
        return Node(start, end, value)

    def _opened(self, node: Node) -> Node:
        self.open.append(node)
        if len(self.open) > MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH} levels", node.start)
        self._skip(node.start + 1)
        return node

    def _scalar(self, start: int) -> tuple[Any, int]:
        if number := _NUMBER.match(self.text, start):
            return self._number(number), number.end()
        word = _WORD.match(self.text, start)
        if word and word.group() in _LITERALS:
            return _LITERALS[word.group()], word.end()
        raise self._unexpected("a value is missing here")

    def _number(self, found: re.Match[str]) -> int | float:
        try:
            number = float(found.group()) if found.group(1) or found.group(2) else int(found.group())
        except ValueError:  # Python refuses whole numbers past 4,300 digits
            raise self._error("the number has too many digits", found.start()) from None
        if not math.isfinite(number if isinstance(number, float) else 0.0):
            raise self._error("the number is too large", found.start())
        return number

    def _string(self, start: int) -> tuple[str, int]:
        if plain := _PLAIN.match(self.text, start):
            return plain.group(1), plain.end()
        found = _ESCAPED.match(self.text, start)
        end = found.end() if found else start
        if self.text[end : end + 1] != '"':
            raise self._error(_string_fault(self.text[end : end + 1]), end)
        value: str = json.loads(self.text[start : end + 1])
        if _LONE_SURROGATE.search(value):
            raise self._error("the text holds half of a surrogate pair, which is no character", start)
        return value, end + 1

    def _skip(self, at: int) -> None:
        found = self.grammar.space.match(self.text, at)
        self.at = found.end() if found else at

    def _unexpected(self, otherwise: str) -> FormatError:
        return self._error(self._fault() or otherwise, self.at)

    def _fault(self) -> str:
        """Why the text at this place cannot be right, in words of the mistake that people make there; empty if unknown."""
        ahead = self.text[self.at : self.at + 2]
        if not ahead:
            return f"the file ends before the bracket of line {line_column(self.text, self.open[-1].start)[0]} is closed" if self.open else ""
        if ahead in ("//", "/*"):
            return self.grammar.comment_refusal or "this comment is not closed"
        if ahead[0] == "'":
            return "texts need double quotes, not single ones"
        word = _WORD.match(self.text, self.at)
        return f"{word.group()} is not a JSON value" if word and word.group() in _KNOWN_MISTAKES else ""

    def _error(self, reason: str, at: int) -> FormatError:
        return FormatError(reason, *line_column(self.text, at))


def _string_fault(char: str) -> str:
    if char in ("", "\r", "\n"):
        return "the text is not closed by a double quote on its line"
    return "this escape is unknown in JSON" if char == "\\" else "a control character in a text must be escaped"
