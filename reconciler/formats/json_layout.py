"""How a JSON file is laid out: its line ends, indents and separators, and where lines begin and end in it."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import Any

from reconciler.formats.json_parse import Node, Part

DEFAULT_STEP = "  "
_LINE_TAIL = re.compile(r"[ \t]*+(?>/\*[^\r\n]*?\*/[ \t]*+)*+(?://[^\r\n]*+)?+(?=[\r\n])")
_BLOCK_COMMENTS = re.compile(r"(?:[ \t]*+(?>/\*[^\r\n]*?\*/))*+")
_BLANKS = re.compile(r"[ \t]*+")
_COLON = re.compile(r"[ \t]*:[ \t]*")


class Layout:
    """The style of one text. Asked where something new is to look like what is already there."""

    def __init__(self, text: str, root: Node) -> None:
        self.text, self.root = text, root
        self._breaks = "\n" if "\n" in text else "\r"
        self._spread: dict[Node, bool] = {}  # both are asked for every entry, and look at all of a container
        self._indents: dict[Node, str] = {}

    @cached_property
    def newline(self) -> str:
        at = self.text.find(self._breaks)
        return "\r\n" if at > 0 and self._breaks == "\n" and self.text[at - 1] == "\r" else self._breaks if at >= 0 else "\n"

    # ------------------------------------------------------------ places

    def blanks_before(self, at: int) -> int:
        """The first of the blanks that end at ``at``."""
        while at and self.text[at - 1] in " \t":
            at -= 1
        return at

    def blanks_after(self, at: int) -> int:
        return _end(_BLANKS, self.text, at)

    def block_comments_after(self, at: int) -> int:
        """The end of the comments that follow on the same line."""
        return _end(_BLOCK_COMMENTS, self.text, at)

    def is_first_on_line(self, at: int) -> bool:
        begin = self.blanks_before(at)
        return begin == 0 or self.text[begin - 1] in "\r\n"

    def line_tail(self, at: int) -> int | None:
        """The end of this line when nothing but blanks and comments is left on it, else None."""
        found = _LINE_TAIL.match(self.text, at)
        return found.end() if found else None

    def after_newline(self, at: int) -> int:
        return at + (2 if self.text.startswith("\r\n", at) else 1)

    def has_break(self, start: int, end: int) -> bool:
        return self.text.find(self._breaks, start, end) >= 0

    def comma_end(self, part: Part) -> int:
        """The end of a part with the comma on its line."""
        is_near = part.comma >= 0 and not self.has_break(part.node.end, part.comma)
        return part.comma + 1 if is_near else part.node.end

    # ------------------------------------------------------------ style

    def is_spread(self, node: Node) -> bool:
        """True when a container's own entries stand on several lines."""
        if node not in self._spread:
            parts = node.parts or []
            ends, starts = [node.start + 1, *(p.node.end for p in parts)], [*(p.start for p in parts), node.end - 1]
            self._spread[node] = any(map(self.has_break, ends, starts))
        return self._spread[node]

    def line_indent(self, at: int) -> str:
        begin = self.text.rfind(self._breaks, 0, at) + 1
        return self.text[begin : min(self.blanks_after(begin), at)]

    def child_indent(self, node: Node) -> str:
        """The indent of a container's entries, as the last of them that begins a line has it."""
        if node not in self._indents:
            at = next((p.start for p in reversed(node.parts or []) if self.is_first_on_line(p.start)), None)
            self._indents[node] = self.line_indent(node.start) + self.step if at is None else self.text[self.blanks_before(at) : at]
        return self._indents[node]

    def step_of(self, node: Node) -> str:
        """What one level adds to the indent in this container, else in this file."""
        outer, inner = self.line_indent(node.start), self.child_indent(node)
        return inner[len(outer) :] if inner != outer and inner.startswith(outer) else self.step

    @cached_property
    def step(self) -> str:
        todo = [self.root]
        while todo:
            node = todo.pop()
            outer = self.line_indent(node.start)
            for part in (node.parts or [])[:1]:
                inner = self.text[self.blanks_before(part.start) : part.start]
                if self.is_first_on_line(part.start) and len(inner) > len(outer) and inner.startswith(outer):
                    return inner[len(outer) :]
            todo += [part.node for part in reversed(node.parts or []) if part.node.parts]
        return DEFAULT_STEP

    def colon(self, node: Node) -> str:
        """What stands between key and value: in this object, else in the root, else ``: ``."""
        for part in (node.parts or [])[:1] + (self.root.parts or [])[:1]:
            between = self.text[part.key_end : part.node.start] if part.key is not None else ""
            if _COLON.fullmatch(between):
                return between
        return ": "

    def gap(self, node: Node) -> str:
        """The blanks behind a comma on one line: in this container, else as behind a colon."""
        parts = node.parts or []
        if len(parts) > 1 and self.comma_end(parts[0]) > parts[0].node.end:
            between = self.text[parts[0].comma + 1 : parts[1].start]
            if not between.strip(" \t"):
                return between
        return " " if self.colon(node).endswith(" ") else ""

    def on_lines(self, value: Any, node: Node, indent: str) -> str:
        """A value as clients print it, one entry a line, for a line of this indent in this container."""
        shown = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=self.step_of(node), separators=(",", self.colon(node)))
        return shown.replace("\n", self.newline + indent)

    def on_one_line(self, value: Any, node: Node) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=("," + self.gap(node), self.colon(node)))


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
