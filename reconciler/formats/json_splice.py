"""The smallest changes of text that turn a document into its draft.

Rules that people see: a comma goes directly behind its value; a new entry follows the last one and the comment
behind that; an entry that goes takes its line, its comma and the comment behind it along, when the line is its own.
Comments on lines of their own always stay, also those above an entry that goes: nobody can tell whom they are about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.formats.json_draft import Draft, Item, ListDraft, MapDraft, origin, plain
from reconciler.formats.json_layout import Layout
from reconciler.formats.json_parse import Node, Part

_SPACE = " \t\r\n"


def spliced(text: str, root: Node, draft: Item) -> str:
    """``text`` changed to hold what the draft holds."""
    writer = _Writer(Layout(text, root))
    writer.change(root, draft, around=None)
    out, at = [], 0
    for start, end, new in sorted(writer.splices, key=lambda s: s[0]):  # stable: equal starts stay in order
        out += [text[at:start], new] if start > at else [new]
        at = max(at, end)
    return "".join([*out, text[at:]])


@dataclass(frozen=True)
class _Slot:
    """One place of a container: what stands there (None: nothing yet), and what is to stand there (None: nothing)."""

    part: Part | None
    item: Item | None
    key: str | None = None


class _Writer:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.text = layout, layout.text
        self.splices: list[tuple[int, int, str]] = []

    def change(self, node: Node, item: Item, around: Node | None) -> None:
        """Turn what stands at ``node``, an entry of ``around``, into ``item``."""
        if item is node:
            return
        if _is_edit_of(item, node):
            self._rewrite(node, _slots(node, item), around)
        else:
            self._splice(node.start, node.end, self._shown(plain(item), around or node, node.start))

    def _rewrite(self, node: Node, slots: list[_Slot], around: Node | None) -> None:
        if not node.parts:
            self._fill(node, slots, around)
        elif any(slot.item for slot in slots):
            self._renew(node, _with_anchor(slots))
        else:
            self._empty(node)

    def _renew(self, node: Node, slots: list[_Slot]) -> None:
        parts = node.parts or []
        last = next(slot for slot in reversed(slots) if slot.item)
        unended = last if parts[-1].comma < 0 else None
        anchor: Part | None = None
        for slot in slots:
            if slot.part and slot.item:
                anchor = slot.part
                self._keep(slot, anchor, slot.item, node)
                self._comma(anchor, is_wanted=slot is not unended)
            elif slot.item:
                self._add(node, anchor, self._entry(slot, node), is_ended=slot is not unended)
        self._cut_all(slots)

    def _keep(self, slot: _Slot, part: Part, item: Item, node: Node) -> None:
        if slot.key == part.key:
            self.change(part.node, item, node)
        else:
            self._splice(part.start, part.node.end, self._entry(slot, node)[0] + self._shown(plain(item), node, part.start))

    # ------------------------------------------------------------ commas and new entries

    def _comma(self, part: Part, *, is_wanted: bool) -> None:
        if is_wanted and part.comma < 0:
            self._splice(part.node.end, part.node.end, ",")
        elif part.comma >= 0 and not is_wanted:
            self._splice(part.comma, part.comma + 1, "")

    def _add(self, node: Node, anchor: Part | None, entry: tuple[str, Any], *, is_ended: bool) -> None:
        """A new entry behind ``anchor``, or in front of all."""
        behind = node.start + 1 if anchor is None else max(anchor.node.end, anchor.comma + 1)
        tail = self.layout.line_tail(behind)
        comma = "," if is_ended else ""
        if tail is not None:
            self._splice(tail, tail, self._own_line(node, entry) + comma)
        elif anchor is None:
            at = self.layout.blanks_after(behind)
            self._splice(at, at, self._inline(node, entry) + comma + self.layout.gap(node))
        elif self._is_closing(behind) and self.layout.is_spread(node):
            self._splice(behind, behind, self._own_line(node, entry) + comma)
        else:
            at = behind if anchor.comma >= 0 else self.layout.block_comments_after(behind)
            self._splice(at, at, self.layout.gap(node) + self._inline(node, entry) + comma)

    def _own_line(self, node: Node, entry: tuple[str, Any]) -> str:
        indent = self.layout.child_indent(node)
        return self.layout.newline + indent + entry[0] + self.layout.on_lines(entry[1], node, indent)

    def _inline(self, node: Node, entry: tuple[str, Any]) -> str:
        return entry[0] + self.layout.on_one_line(entry[1], node)

    def _entry(self, slot: _Slot, node: Node) -> tuple[str, Any]:
        """The text in front of a new value (its key), and the value."""
        key = "" if slot.key is None else json.dumps(slot.key, ensure_ascii=False) + self.layout.colon(node)
        return key, plain(slot.item) if slot.item else None

    def _shown(self, value: Any, around: Node, start: int) -> str:
        if self.layout.is_spread(around):
            return self.layout.on_lines(value, around, self.layout.line_indent(start))
        return self.layout.on_one_line(value, around)

    def _fill(self, node: Node, slots: list[_Slot], around: Node | None) -> None:
        """Entries for a container that has none."""
        inside = self.text[node.start + 1 : node.end - 1]
        at = node.start + 1 + len(inside.rstrip(_SPACE))
        has_lines = self.layout.has_break(at, node.end)
        entries = [self._entry(slot, node) for slot in slots]
        if has_lines or (not inside.strip(_SPACE) and (around is None or self.layout.is_spread(around))):
            shown = ",".join(self._own_line(node, entry) for entry in entries)
            end = "" if has_lines else self.layout.newline + self.layout.line_indent(node.start)
            self._splice(at, at if has_lines else node.end - 1, shown + end)
        else:
            lead, until = (self.layout.gap(node), at) if inside.strip(_SPACE) else ("", node.end - 1)
            self._splice(at, until, lead + ("," + self.layout.gap(node)).join(self._inline(node, entry) for entry in entries))

    # ------------------------------------------------------------ entries that go

    def _empty(self, node: Node) -> None:
        """All entries go: ``{}`` is left, or the comments that stood between them."""
        before = len(self.splices)
        self._cut_all([_Slot(part, None) for part in node.parts or []])
        left, at = [], node.start + 1
        for start, end, _ in sorted(self.splices[before:]):
            left.append(self.text[at:start])
            at = max(at, end)
        if not "".join([*left, self.text[at : node.end - 1]]).strip(_SPACE):
            self._splice(node.start + 1, node.end - 1, "")

    def _cut_all(self, slots: list[_Slot]) -> None:
        run: list[Part] = []
        for slot in slots:
            if slot.part and (slot.item or (run and self.layout.has_break(run[-1].node.end, slot.part.start))):
                self._cut(run, is_followed=slot.item is not None)
                run = []
            if slot.part and not slot.item:
                run.append(slot.part)
        self._cut(run, is_followed=False)

    def _cut(self, run: list[Part], *, is_followed: bool) -> None:
        """Take parts away that stand side by side on one line."""
        if not run:
            return
        start, end = run[0].start, self.layout.comma_end(run[-1])
        tail = self.layout.line_tail(end)
        if run[-1].comma >= end:
            self._splice(run[-1].comma, run[-1].comma + 1, "")
        if tail is not None and self.layout.is_first_on_line(start):
            self._splice(self.layout.blanks_before(start), self.layout.after_newline(tail), "")
        elif is_followed and tail is None:
            self._splice(start, self.layout.blanks_after(end), "")
        else:
            self._splice(self.layout.blanks_before(start), end, "")

    def _is_closing(self, at: int) -> bool:
        return self.text[self.layout.blanks_after(at)] in "]}"

    def _splice(self, start: int, end: int, new: str) -> None:
        self.splices.append((start, end, new))


def _is_edit_of(item: Item, node: Node) -> bool:
    is_alike = isinstance(node.value, dict) if isinstance(item, MapDraft) else isinstance(item, ListDraft) and isinstance(node.value, list)
    return is_alike and origin(item) is node


def _slots(node: Node, draft: Item) -> list[_Slot]:
    parts = node.parts or []
    if isinstance(draft, MapDraft):
        there = {part.key for part in parts}
        old = [_Slot(part, draft.kids.get(part.key or ""), part.key) for part in parts]
        return old + [_Slot(None, item, key) for key, item in draft.kids.items() if key not in there]
    return list(_list_slots(parts, draft)) if isinstance(draft, ListDraft) else []


def _list_slots(parts: list[Part], draft: Draft) -> Iterator[_Slot]:
    """Items keep their order, so kept ones meet their parts one after the other."""
    places = {id(part.node): i for i, part in enumerate(parts)}
    done = 0
    for item in draft.kids if isinstance(draft, ListDraft) else []:
        place = places.get(id(origin(item)))
        if place is None:
            yield _Slot(None, item)
            continue
        yield from (_Slot(part, None) for part in parts[done:place])
        yield _Slot(parts[place], item)
        done = place + 1
    yield from (_Slot(part, None) for part in parts[done:])


def _with_anchor(slots: list[_Slot]) -> list[_Slot]:
    """When every old entry goes and new ones come, the first of them takes the place of the last old one."""
    if any(slot.part and slot.item for slot in slots):
        return slots
    old, new = [slot for slot in slots if slot.part], [slot for slot in slots if slot.item]
    return [*old[:-1], _Slot(old[-1].part, new[0].item, new[0].key), *new[1:]]
