"""Three-way merge of rule bodies: section by section, and line by line inside a section. Never writes markers."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.merge.diff3 import merged_lines
from reconciler.merge.section_order import merged_order
from reconciler.merge.sections import Document, Key, Section, document, text_of

_ONE_BLANK_LINE = ("",)
Tail = tuple[str, ...]


def merged_text(base: str, local: str, central: str) -> str | None:
    """The text with the changes of both sides, or None when they touch each other.

    Swapping the sides gives the same text. Changes in different sections never touch, nor do sections that
    both sides add; a section that one side removes and the other changes does.
    """
    if local in (central, base):
        return central
    if central == base:
        return local
    versions = document(base), document(local), document(central)
    if versions[0] is None or versions[1] is None or versions[2] is None:
        lines = merged_lines(base.split("\n"), local.split("\n"), central.split("\n"))
        return None if lines is None else "\n".join(lines)
    return _by_section(versions[0], versions[1], versions[2])


def _by_section(base: Document, local: Document, central: Document) -> str | None:
    merged: dict[Key, Tail] = {}
    for key in {**base.sections, **local.sections, **central.sections}:
        versions = [whole.sections.get(key) for whole in (base, local, central)]
        lines = _merged_lines(*(None if section is None else section.lines for section in versions))
        if isinstance(lines, str):
            return None
        if lines is not None:
            merged[key] = lines
    order = merged_order(list(base.sections), list(local.sections), list(central.sections), merged)
    return None if order is None else _put_together(order, merged, base, local, central)


def _put_together(order: Sequence[Key], merged: dict[Key, Tail], *versions: Document) -> str | None:
    sections = {
        key: Section(merged[key], _tail([version.sections.get(key) for version in versions]) if key != order[-1] else None) for key in order
    }
    text = text_of(list(sections.values()), _chosen(*(version.ending for version in versions)))
    # A merge that moved a section below another heading, or into an open code fence, is not one.
    again = document(text)
    return text if again is not None and _shape(again) == [(key, merged[key]) for key in order] else None


def _shape(whole: Document) -> list[tuple[Key, Tail]]:
    return [(key, section.lines) for key, section in whole.sections.items()]


def _merged_lines(base: Tail | None, local: Tail | None, central: Tail | None) -> Tail | str | None:
    """The lines of a section, None when it is gone, or the word ``conflict``."""
    if local == central or central == base:
        return local
    if local == base:
        return central
    if base is None or local is None or central is None:
        return "conflict"
    lines = merged_lines(base, local, central)
    return "conflict" if lines is None else tuple(lines)


def _tail(versions: Sequence[Section | None]) -> Tail:
    """Blank lines after a section that is not the last. A version in which it was the last has no say."""
    base, local, central = (section.tail if section else None for section in versions)
    known = next((tail for tail in (base, local, central) if tail is not None), _ONE_BLANK_LINE)
    if base is None and local is not None and central is not None:
        return _longest(local, central)
    return _chosen(known, known if local is None else local, known if central is None else central)


def _chosen(base: Tail, local: Tail, central: Tail) -> Tail:
    if local in (central, base):
        return central
    return local if central == base else _longest(local, central)


def _longest(one: Tail, other: Tail) -> Tail:
    return max(one, other, key=lambda tail: (len(tail), tail))
