"""One step on the text of a YAML document, touching only the lines that the step names.

What stays is never printed anew. The caller proves the result by reading it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.formats.edit import EditRefused, KeyPath
from reconciler.formats.spans import Span, line_end, line_start, newline_of, next_line, spliced, with_item, without_item
from reconciler.formats.steps import AddItems, AddKeys, Drop, Replace, Step
from reconciler.formats.yaml_nodes import Node, compose
from reconciler.formats.yaml_write import Style, flow_text, item_parts, map_lines, pair_text, parts, seq_lines

_COLON = re.compile(r"[ \t]*:")
_TO_DASH = re.compile(r"(?:[ \t\r\n]|#[^\n]*+)*+-")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")


def stepped(text: str, step: Step) -> str:
    """The text after one step."""
    match step:
        case Replace(path, value):
            return _Editor(text, path).replaced(value)
        case AddKeys(path, values):
            editor = _Editor(text, path)
            if editor.is_block and editor.node.kind != "scalar":
                return editor.with_keys(values)
            for key, value in values.items():
                text = _Editor(text, path).with_key(key, value)
            return text
        case AddItems(path, index, values):
            editor = _Editor(text, path)
            if editor.is_block and index:
                return editor.with_items(index, values)
            for place, value in enumerate(values, index):
                text = _Editor(text, path).with_new_item(place, value)
            return text
        case Drop(path):
            return _Editor(text, path[:-1]).without(path[-1])


class _Editor:
    """One text, with the node at ``path`` in it."""

    def __init__(self, text: str, path: KeyPath) -> None:
        self.text, self.path = text, path
        self.chain = compose(text).chain(path)
        self.node = self.chain[-1]
        self.style = _style(self.chain[0], text)
        self.is_in_flow = any(node.is_flow for node in self.chain[:-1])

    # ------------------------------------------------------------ adding

    @property
    def is_block(self) -> bool:
        return not self.node.is_flow

    def with_keys(self, values: Mapping[str, Any]) -> str:
        """Of a map of lines."""
        return self._lines_put(self._after(self.node), map_lines(values, self.style, self._column(self.node.start)))

    def with_items(self, index: int, values: Sequence[Any]) -> str:
        """Of a list of lines, after its first item."""
        style = replace(self.style, gap=_gap(self.text, self.node.start))
        return self._lines_put(self._after(self.node.items[index - 1]), seq_lines(values, style, self._column(self.node.start)))

    def with_key(self, key: str, value: Any) -> str:
        node = self.node
        if node.kind == "scalar":
            return self._first_key(key, value)
        if node.is_flow and (node.items or self.is_in_flow):
            self._check_bracket("{")
            return with_item(self.text, self._inside(), self._flow_spans(node), len(node.items), pair_text(key, value))
        if node.is_flow:
            return self.replaced({key: value})
        return self.with_keys({key: value})

    def _first_key(self, key: str, value: Any) -> str:
        """The first key of a document that holds nothing but comments, or ``null``."""
        if self.node.end > self.node.start:
            return self.replaced({key: value})
        return self._lines_put(len(self.text), map_lines({key: value}, self.style, 0))

    def with_new_item(self, index: int, value: Any) -> str:
        node = self.node
        if node.is_flow and (node.items or self.is_in_flow):
            self._check_bracket("[")
            return with_item(self.text, self._inside(), self._flow_spans(node), index, flow_text(value))
        if node.is_flow:
            return self.replaced([value])
        if index:
            return self.with_items(index, [value])
        indent = self._column(node.start)
        lines = seq_lines([value], replace(self.style, gap=_gap(self.text, node.start)), indent)
        new = "\n".join([*lines, " " * indent])[indent:]
        return spliced(self.text, node.start, node.start, new.replace("\n", newline_of(self.text)))

    def _lines_put(self, at: int, lines: Iterable[str]) -> str:
        newline = newline_of(self.text)
        return spliced(self.text, at, at, "".join(line + newline for line in lines))

    # ------------------------------------------------------------ replacing

    def replaced(self, value: Any) -> str:
        node = self.node
        if self.is_in_flow:
            blank = " " if node.end == node.start else ""
            return spliced(self.text, node.start, node.end, blank + flow_text(value))
        if len(self.chain) == 1:
            new = newline_of(self.text).join(map_lines(value, self.style, 0))
            return spliced(self.text, node.start, node.end, new)
        mark = self._mark()
        inline, lines = self._parts(value, mark)
        return self._put(mark, inline, list(lines))

    def _mark(self) -> int:
        """The index of the colon or dash before the node."""
        parent, key = self.chain[-2], self.path[-1]
        if parent.kind == "seq":
            return _dashes(self.text, parent)[int(key)]
        return _colon(self.text, next(k for k in parent.keys if k.value == key))

    def _parts(self, value: Any, mark: int) -> tuple[str, Iterable[str]]:
        if self.chain[-2].kind == "seq":
            return item_parts(value, replace(self.style, gap=_gap(self.text, mark)), self._column(mark))
        key = next(k for k in self.chain[-2].keys if k.value == self.path[-1])
        return parts(value, self.style, self._column(key.start))

    def _put(self, mark: int, inline: str, lines: list[str]) -> str:
        """Put a value after a colon or dash: ``inline`` beside it, ``lines`` below."""
        node, text = self.node, self.text
        is_beside = node.start <= line_end(text, mark)
        header = _BLOCK_HEADER.match(text, node.start) if node.kind == "scalar" and node.end > node.start else None
        if header:
            cut = (next_line(text, node.start), self._after(node))
            return self._laid(mark, (node.start, header.end()), inline, lines, cut)
        if node.kind != "scalar" and not node.is_flow and not is_beside:
            cut = (next_line(text, mark) if inline[:1] in ("|", ">") else line_start(text, node.start), self._after(node))
            return self._laid(mark, (mark + 1, mark + 1), inline, lines, cut)
        if not is_beside and lines:
            self._check_alone(node)
            return self._laid(mark, (mark + 1, mark + 1), inline, lines, (line_start(text, node.start), self._after(node)))
        end = node.start + len(text[node.start : node.end].rstrip("\r\n"))  # a kept block scalar ends with line ends
        span = (node.start, end) if end > node.start else (mark + 1, mark + 1)
        below = next_line(text, span[1])
        return self._laid(mark, span, inline, lines, (below, below))

    def _laid(self, mark: int, span: Span, inline: str, lines: list[str], cut: Span) -> str:
        text, newline = self.text, newline_of(self.text)
        rest = text[span[1] : line_end(text, span[1])]
        if self.chain[-2].kind == "seq" and not inline and lines and not rest.strip():
            inline, lines = lines[0].lstrip(" "), lines[1:]
            inline = " " * (_gap(text, mark) - 1) + inline if span[0] == mark + 1 else inline
        if not inline and not text[mark + 1 : span[0]].strip():
            span = mark + 1, span[1]
        text = spliced(text, *cut, "".join(line + newline for line in lines))
        blank = " " if inline and text[span[0] - 1] not in " \t" else ""
        result = spliced(text, *span, blank + inline)
        return result if inline else _trimmed(result, span[0])

    def _check_alone(self, node: Node) -> None:
        if self.text[node.end : line_end(self.text, node.end)].strip():
            raise EditRefused("a comment stands beside the value that goes")

    # ------------------------------------------------------------ taking away

    def without(self, key: str | int) -> str:
        node = self.node
        at = next(i for i, k in enumerate(node.keys) if k.value == key) if node.kind == "map" else int(key)
        if node.is_flow:
            self._check_bracket("{[")
            return without_item(self.text, self._inside(), self._flow_spans(node), at)
        if len(node.items) == 1 and len(self.chain) > 1:
            return self.replaced({} if node.kind == "map" else [])
        starts = [k.start for k in node.keys] if node.kind == "map" else _dashes(self.text, node)
        begin = line_start(self.text, starts[at])
        if not self.text[begin : starts[at]].strip():
            return spliced(self.text, begin, self._after(node.items[at]), "")
        if at + 1 == len(starts):
            raise EditRefused("the place of this entry is not understood")
        return self._without_first(begin, starts[at], self._after(node.items[at]), starts[at + 1])

    def _without_first(self, begin: int, start: int, after: int, following: int) -> str:
        """Without an entry that shares its line with a dash: the next one moves up there, comments between go above."""
        comments = self.text[after : line_start(self.text, following)]
        return spliced(self.text, begin, following, comments + self.text[begin:start])

    # ------------------------------------------------------------ places

    def _column(self, index: int) -> int:
        return index - line_start(self.text, index)

    def _after(self, node: Node) -> int:
        """Where the line after the node's last line starts."""
        return next_line(self.text, max(node.end - 1, 0))

    def _inside(self) -> Span:
        return self.node.start + 1, self.node.end - 1

    def _flow_spans(self, node: Node) -> list[Span]:
        keys = node.keys or node.items
        return [(key.start, max(key.end, item.end)) for key, item in zip(keys, node.items, strict=True)]

    def _check_bracket(self, allowed: str) -> None:
        if self.text[self.node.start] not in allowed:
            raise EditRefused("a pair without braces cannot be edited")


def _style(root: Node, text: str) -> Style:
    """The indents that the document uses, by their first use; else two blanks."""
    found = dict[str, int]()
    todo = [root]
    while todo and len(found) < 3:
        node = todo.pop(0)
        todo += node.items
        if node.is_flow or not node.items:
            continue
        if node.kind == "seq":
            found.setdefault("gap", _gap(text, node.start))
        for key, item in zip(node.keys, node.items, strict=False):
            if item.items and not item.is_flow:
                depth = (item.start - line_start(text, item.start)) - (key.start - line_start(text, key.start))
                found.setdefault("step" if item.kind == "map" else "offset", depth)
    step = max(found.get("step", 2), 1)
    return Style(step, max(found.get("offset", step), 0), found.get("gap", 1))


def _gap(text: str, dash: int) -> int:
    rest = text[dash + 1 : line_end(text, dash)]
    blanks = len(rest) - len(rest.lstrip(" "))
    return blanks if 0 < blanks < len(rest) and rest[blanks] != "#" else 1


def _colon(text: str, key: Node) -> int:
    found = _COLON.match(text, key.end)
    if not found:
        raise EditRefused("only keys with their colon beside them can be edited")
    return found.end() - 1


def _dashes(text: str, seq: Node) -> list[int]:
    """The index of each item's dash."""
    dashes = [seq.start]
    for item in seq.items[:-1]:
        found = _TO_DASH.match(text, item.end)
        if not found:
            raise EditRefused("the dash of an item was not found")
        dashes.append(found.end() - 1)
    return dashes


def _trimmed(text: str, index: int) -> str:
    """Without blanks that were left over at the end of the line of ``index``."""
    end = line_end(text, index)
    start = len(text[:end].rstrip(" \t"))
    return spliced(text, start, end, "") if start <= index else text
