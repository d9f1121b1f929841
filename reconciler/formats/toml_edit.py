"""One step on the text of a TOML document, touching only the lines that the step names.

What stays is never printed anew. The caller proves the result by reading it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reconciler.formats.edit import EditRefused, Key, KeyPath
from reconciler.formats.spans import Span, line_start, newline_of, next_line, spliced, with_item, without_item
from reconciler.formats.steps import AddItems, AddKeys, Drop, Replace, Step
from reconciler.formats.toml_spans import Document, Section, document
from reconciler.formats.toml_write import pair_text, section_lines, value_text

_COMMENT_LINES = re.compile(r"(?:[ \t]*#[^\n]*(?:\n|\Z))+")
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")


def stepped(text: str, step: Step) -> str:
    """The text after one step."""
    doc = document(text)
    match step:
        case Replace(path, value):
            return _replaced(doc, path, value)
        case AddKeys(path, values):
            return _with_keys(doc, path, values)
        case AddItems(path, index, values):
            for place, value in enumerate(values, index):
                doc = document(_with_item(doc, path, place, value))
            return doc.text
        case Drop(path):
            return _kept(_without(doc, path), path)


def _replaced(doc: Document, path: KeyPath, value: Any) -> str:
    old = doc.values.get(path)
    if old:
        return spliced(doc.text, old.start, old.end, value_text(value))
    key = path[-1]
    if not isinstance(key, str):
        raise EditRefused("an item of an array of tables can only be a table")
    return _put(document(_without(doc, path)), path[:-1], key, value)


def _put(doc: Document, path: KeyPath, key: str, value: Any) -> str:
    """``_with_key``, making the maps on the way that stood only in what was taken away."""
    while path and not _is_there(doc, path):
        path, key, value = path[:-1], _name(path[-1]), {key: value}
    return _with_key(doc, path, key, value)


def _is_there(doc: Document, path: KeyPath) -> bool:
    return path in doc.values or bool(doc.below(path) or doc.dotted(path))


def _name(key: Key) -> str:
    if not isinstance(key, str):
        raise EditRefused("the item of an array of tables cannot be left empty")
    return key


# ---------------------------------------------------------------- adding


def _with_keys(doc: Document, path: KeyPath, values: Mapping[str, Any]) -> str:
    has_place = doc.values.get(path) or (doc.dotted(path) and not any(s.at == path for s in doc.sections))
    if not has_place and all(isinstance(value, Mapping) for value in values.values()):
        sections = ("\n".join(section_lines(_names(path, key), value)) for key, value in values.items())
        return _section_put(doc, path, "\n\n".join(sections))
    for key, value in values.items():
        doc = document(_with_key(doc, path, key, value))
    return doc.text


def _names(path: KeyPath, *more: str) -> tuple[str, ...]:
    """The keys of a header: places in arrays of tables are not named there."""
    return tuple(k for k in (*path, *more) if isinstance(k, str))


def _with_key(doc: Document, path: KeyPath, key: str, value: Any) -> str:
    host = doc.values.get(path)
    if host and host.kind == "inline":
        spans = [pair.span for pair in host.pairs]
        pair = pair_text(value, key)
        return with_item(doc.text, host.inside, spans, len(spans), pair if spans else f" {pair} ")
    explicit = next((s for s in doc.sections if s.at == path), None)
    if explicit is None and doc.dotted(path):
        return _with_dotted_key(doc, path, key, value)
    if isinstance(value, Mapping) or explicit is None:
        return _with_section(doc, path, key, value)
    return _with_line(doc, explicit, pair_text(value, key))


def _with_dotted_key(doc: Document, path: KeyPath, key: str, value: Any) -> str:
    last = doc.dotted(path)[-1]
    pair = pair_text(value, *map(str, path[len(last.home) :]), key)
    table = doc.values.get(last.home)
    if table and table.kind == "inline":
        spans = [p.span for p in table.pairs]
        return with_item(doc.text, table.inside, spans, len(spans), pair)
    return _line_put(doc.text, next_line(doc.text, last.value.end), pair)


def _with_line(doc: Document, section: Section, pair: str) -> str:
    if section.at or section.pairs:
        return _line_put(doc.text, next_line(doc.text, section.last), pair)
    first = doc.sections[1] if len(doc.sections) > 1 else None
    if first is None:
        return _line_put(doc.text, len(doc.text), pair)
    at = _top(doc, first)
    return spliced(doc.text, at, at, pair + newline_of(doc.text) * 2)


def _line_put(text: str, at: int, line: str) -> str:
    return spliced(text, at, at, line + newline_of(text))


def _with_section(doc: Document, path: KeyPath, key: str, value: Any) -> str:
    """A new section after the last one of the same parent; a parent without a header gets one when it gets a plain value."""
    is_table = isinstance(value, Mapping)
    keys = _names(path, *([key] if is_table else []))
    return _section_put(doc, path, "\n".join(section_lines(keys, value if is_table else {key: value})))


def _section_put(doc: Document, path: KeyPath, lines: str) -> str:
    below = doc.below(path)
    if not below:
        raise EditRefused(f"{'.'.join(map(str, path))} is not a table")
    at = _end(doc, below[-1]) if path else len(doc.text)
    before, after, newline = doc.text[:at], doc.text[at:], newline_of(doc.text)
    gap = newline if before and not _ends_blank(before) else ""
    return before + gap + lines.replace("\n", newline) + newline + (newline if after and after.lstrip(" \t")[0] not in "\r\n" else "") + after


def _with_item(doc: Document, path: KeyPath, index: int, value: Any) -> str:
    array = doc.values.get(path)
    if array:
        spans = [(item.start, item.end) for item in array.items]
        return with_item(doc.text, array.inside, spans, index, value_text(value))
    if not isinstance(value, Mapping):
        raise EditRefused("an item of an array of tables can only be a table")
    lines = "\n".join(section_lines(_names(path), value, "[[{}]]"))
    if index and doc.below((*path, index - 1)):
        return _section_put(doc, (*path, index - 1), lines)
    at = _top(doc, doc.below((*path, index))[0])
    newline = newline_of(doc.text)
    return spliced(doc.text, at, at, lines.replace("\n", newline) + newline * 2)


def _end(doc: Document, section: Section) -> int:
    """Where the section's own lines end: comments right below belong to it, unless the next header follows them."""
    end = next_line(doc.text, section.last)
    comments = _COMMENT_LINES.match(doc.text, end)
    if not comments or doc.text[comments.end() :].lstrip(" \t").startswith("["):
        return end
    return comments.end()


def _ends_blank(text: str) -> bool:
    return text.endswith(("\n\n", "\n\r\n"))


# ---------------------------------------------------------------- taking away


def _without(doc: Document, path: KeyPath) -> str:
    parent = doc.values.get(path[:-1])
    if parent and parent.kind == "array" and isinstance(path[-1], int):
        return without_item(doc.text, parent.inside, [(i.start, i.end) for i in parent.items], path[-1])
    text, cuts = doc.text, [_section_cut(doc, section) for section in doc.below(path)]
    inline = next((p.home for p in doc.dotted(path) if doc.values.get(p.home)), None)
    if inline is not None:
        return _without_inline(doc, path, inline)
    cuts += [(line_start(text, p.start), next_line(text, p.value.end)) for p in doc.dotted(path)]
    for start, end in reversed(_joined(cuts)):
        start = _end_of_rest(text, start) if end == len(text) and doc.below(path) else start
        text = spliced(text, start, end, "")
    return text


def _joined(cuts: list[Span]) -> list[Span]:
    """The spans in order, those that touch made one."""
    joined: list[Span] = []
    for start, end in sorted(cuts):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _end_of_rest(text: str, start: int) -> int:
    """Where the last line that holds something before ``start`` ends: no blank lines are left at the end of a file."""
    kept = text[:start].rstrip(" \t\r\n")
    return next_line(text, len(kept)) if kept else start


def _without_inline(doc: Document, path: KeyPath, home: KeyPath) -> str:
    text, table = doc.text, doc.values[home]
    spans = [pair.span for pair in table.pairs]
    for i in reversed(range(len(spans))):
        if table.pairs[i].at[: len(path)] == path:
            shrunk = without_item(text, (table.start + 1, table.end - 1 - len(doc.text) + len(text)), spans, i)
            text, spans = shrunk, [*spans[:i], *((s - len(text) + len(shrunk), e - len(text) + len(shrunk)) for s, e in spans[i + 1 :])]
    return text


def _section_cut(doc: Document, section: Section) -> Span:
    """The section's lines, its comment above, and the blank lines that parted it from its neighbour."""
    start, end = _top(doc, section), next_line(doc.text, section.last)
    below = _BLANK_LINES.match(doc.text, end)
    return start, below.end() if below else end


def _top(doc: Document, section: Section) -> int:
    """Where a header starts, with the comment that stands right above it and apart from everything else.

    A comment at the top of the file is the file's; one right below a value may be that value's.
    """
    top = header = line_start(doc.text, section.start)
    while top and doc.text[line_start(doc.text, top - 1) : top].lstrip().startswith("#"):
        top = line_start(doc.text, top - 1)
    is_apart = top > 0 and not doc.text[line_start(doc.text, top - 1) : top].strip()
    return top if is_apart else header


def _kept(text: str, path: KeyPath) -> str:
    """A map or list that stood only in what was taken away stays, empty: nobody named it."""
    for n in range(1, len(path)):
        doc, at = document(text), path[:n]
        if not _is_there(doc, at):
            text = _with_key(doc, at[:-1], _name(at[-1]), [] if isinstance(path[n], int) else {})
    return text


def line_of(doc: Document, path: KeyPath) -> int | None:
    """The index where the value, pair or section at ``path`` starts."""
    starts = [p.start for p in doc.dotted(path)] or [s.start for s in doc.below(path)]
    value = doc.values.get(path)
    if isinstance(path[-1], int) and value:
        return value.start
    return min(starts, default=None)


