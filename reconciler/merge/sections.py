"""A Markdown text as sections, one a heading. Joining the parts gives the text back, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Key = tuple[str, ...]
"""The headings above and of a section; empty for the text before the first heading."""

_heading = re.compile(r" {0,3}(#{1,6})(?:[ \t]|\r?$)")
_fence = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class Section:
    """Its lines, heading included, and the blank lines after them; ``tail`` is None for the last section."""

    lines: tuple[str, ...]
    tail: tuple[str, ...] | None


@dataclass(frozen=True)
class Document:
    sections: Mapping[Key, Section]
    ending: tuple[str, ...]
    """What follows the last line that is not blank: ``("",)`` is a final newline."""


def level(key: Key) -> int:
    """How deep a heading is. Text before the first heading counts as deepest: nothing may come before it."""
    return len(key[-1].lstrip(" ").split(None, 1)[0]) if key else 99


def document(text: str) -> Document | None:
    """The sections of a text; None when two of them have the same name, so that one could be taken for the other."""
    sections: dict[Key, Section] = {}
    parts = _parts(text.split("\n"))
    ending: tuple[str, ...] = ()
    for number, (key, lines) in enumerate(parts):
        kept = len(lines)
        while kept and not lines[kept - 1].strip():
            kept -= 1
        body, blank, is_last = tuple(lines[:kept]), tuple(lines[kept:]), number == len(parts) - 1
        if key in sections:
            return None
        if is_last:
            ending = blank
        if body or (blank and not is_last):
            sections[key] = Section(body, None if is_last else blank)
    return Document(sections, ending)


def text_of(sections: Sequence[Section], ending: tuple[str, ...]) -> str:
    lines = [line for section in sections for line in (*section.lines, *(section.tail or ()))]
    return "\n".join([*lines, *ending])


def _parts(lines: list[str]) -> list[tuple[Key, list[str]]]:
    parts: list[tuple[Key, list[str]]] = [((), [])]
    fence = ""
    for line in lines:
        if mark := _fence.match(line):
            fence = _fence_after(fence, mark[1], line)
        elif not fence and _heading.match(line):
            parts.append((_below(parts[-1][0], line.rstrip()), []))
        parts[-1][1].append(line)
    return parts if parts[0][1] or len(parts) == 1 else parts[1:]


def _fence_after(fence: str, mark: str, line: str) -> str:
    """The fence that is open after this line; a heading inside one is only text."""
    if not fence:
        return mark
    closes = mark.startswith(fence) and line.strip() == mark
    return "" if closes else fence


def _below(previous: Key, heading: str) -> Key:
    parents = previous
    while parents and level(parents) >= level((heading,)):
        parents = parents[:-1]
    return (*parents, heading)
