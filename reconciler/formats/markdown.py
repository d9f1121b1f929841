"""Markdown files in exact pieces: front matter and body, and the block of shared rules in a client's memory file.

A memory file is the user's own text with at most one block in it, each marker at the begin of a line:

    <!-- reconciler:begin shared rules. ... -->     (known by its first two words)
    <!-- reconciler:rule NAME -->                   (NAME has no blanks; its body goes to the next marker)
    <!-- reconciler:end -->

Nothing here parses YAML or Markdown, or knows a client.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from reconciler.formats.edit import EditRefused, FormatError

BOM = "\ufeff"
BEGIN = "<!-- reconciler:begin shared rules. An edit inside a section is shared with every client. -->"
END = "<!-- reconciler:end -->"
_MARKER = re.compile(r"<!-- reconciler:(begin|end|rule)\b")
_RULE = re.compile(r"<!-- reconciler:rule (\S+) -->[ \t]*\r?\n?")
_NAME = re.compile(r"(?:(?!-->)\S)+")
_LEADING_BOM = re.compile(r"\A[\ufeff \t\r\n]*\ufeff")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_FRONT = re.compile(r"(\ufeff?---[ \t]*\r?\n)((?:(?!---[ \t]*(?:\r?\n|\Z))[^\n]*\n)*+)(---[ \t]*(?:\r?\n|\Z))")


@lru_cache(maxsize=2048)
def normal_body(text: str) -> str:
    """LF line ends, no blank lines around it, one newline at the end; a blank text is empty."""
    lines = re.split(r"\r\n?|\n", text)
    full = [i for i, line in enumerate(lines) if line.strip(" \t")]
    return "\n".join(lines[full[0] : full[-1] + 1]) + "\n" if full else ""


# ---------------------------------------------------------------- front matter


@dataclass(frozen=True)
class FrontMatter:
    """``text`` is the four pieces in this order. Without front matter the first three hold nothing but a BOM."""

    opening: str
    yaml: str
    closing: str
    body: str

    @property
    def text(self) -> str:
        return self.opening + self.yaml + self.closing + self.body

    @property
    def is_there(self) -> bool:
        return bool(self.closing)

    @property
    def yaml_start(self) -> int:
        """The offset of ``yaml`` in ``text``; its first line is line 2."""
        return len(self.opening)

    @property
    def body_start(self) -> int:
        return len(self.opening + self.yaml + self.closing)

    def with_yaml(self, yaml: str) -> FrontMatter:
        """The same body under other front matter, which is fenced if it is new."""
        newline = _newline(self.text)
        whole = yaml if yaml.endswith("\n") or not yaml else yaml + newline
        opening = self.opening if self.is_there else f"{self.opening}---{newline}"
        out = replace(self, opening=opening, yaml=whole, closing=self.closing or f"---{newline}")
        if split_front_matter(out.text) != out:
            raise EditRefused("front matter cannot hold a line of ---")
        return out

    def with_body(self, body: str) -> FrontMatter:
        """Another body under the same front matter."""
        closing = self.closing + _newline(self.text) if self.is_there and body and not self.closing.endswith("\n") else self.closing
        out = replace(self, closing=closing, body=body)
        if split_front_matter(out.text) != out:
            raise EditRefused("the body would be read as front matter")
        return out


def split_front_matter(text: str) -> FrontMatter:
    """The pieces of a file. A fence that is never closed is no front matter, but a line in the body."""
    if found := _FRONT.match(text):
        return FrontMatter(found[1], found[2], found[3], text[found.end() :])
    bom = BOM if text.startswith(BOM) else ""
    return FrontMatter(bom, "", "", text[len(bom) :])


# ---------------------------------------------------------------- memory files


@dataclass(frozen=True)
class Memory:
    """What a memory file holds: the user's text before and after the block, and the rules in it (``normal_body``)."""

    before: str
    after: str
    sections: Mapping[str, str]

    @property
    def own(self) -> str:
        """The user's own text: what is left when the block goes. Without a byte-order mark."""
        return self.before + self.after


@dataclass(frozen=True)
class _Section:
    marker: str
    body: str


@dataclass(frozen=True)
class _Block:
    """A file with a block, in exact pieces. ``gap`` is the blank line that we put in front of the block."""

    bom: str
    before: str
    gap: str
    begin: str
    sections: Mapping[str, _Section]
    end: str
    after: str

    @property
    def text(self) -> str:
        inside = "".join(s.marker + s.body for s in self.sections.values())
        return self.bom + self.before + self.gap + self.begin + inside + self.end + self.after


@lru_cache(maxsize=32)
def read_memory(text: str) -> Memory:
    """The pieces of a memory file. Raises ``FormatError`` with the line of a marker that is out of place."""
    block = _block(text)
    if block is None:
        return Memory(text.removeprefix(BOM), "", {})
    return Memory(block.before, block.after, {name: normal_body(s.body) for name, s in block.sections.items()})


def with_sections(text: str, sections: Mapping[str, str]) -> str:
    """``text`` with exactly these rules in its block; only the lines of those that differ change.

    A block is made at the end, behind a blank line, or goes with that line when there are no rules: both undo each
    other byte for byte. Rules that are there keep their order, new ones follow in the order given.
    """
    _check(sections)
    block = _block(text)
    found = {} if block is None else {name: normal_body(s.body) for name, s in block.sections.items()}
    if found == {name: normal_body(body) for name, body in sections.items()}:
        return text
    if not sections:
        return text if block is None else block.bom + block.before + block.after
    block, newline = block or _new_block(text), _newline(text)
    names = [n for n in block.sections if n in sections] + [n for n in sections if n not in block.sections]
    return replace(block, sections={n: _section(n, sections[n], block.sections.get(n), newline) for n in names}).text


def with_own(text: str, own: str) -> str:
    """``text`` with another text of the user around the block; a line that stays keeps its side of it and its bytes.

    ``own`` counts as ``normal_body``: blank lines around the user's text and a missing last newline stay as they are.
    """
    block = _block(text)
    _refuse_markers(own, "the user's own text")
    old = read_memory(text).own
    if normal_body(own) == normal_body(old):
        return text
    own = _LEADING_BOM.sub("", own)
    lines, split = _renewed_lines(old, own, len(_lines(block.before)) if block else 0, _newline(text))
    if block is None:
        return (BOM if text.startswith(BOM) else "") + "".join(lines)
    return _around(block, "".join(lines[:split]), "".join(lines[split:]), _newline(text)).text


# ---------------------------------------------------------------- blocks


def _block(text: str) -> _Block | None:
    bom = BOM if text.startswith(BOM) else ""
    lines = _lines(text[len(bom) :])
    marks = [(i, found[1]) for i, line in enumerate(lines) if (found := _MARKER.match(line))]
    if not marks:
        return None
    _check_order(marks)
    begin, end = marks[0][0], marks[-1][0]
    after = "".join(lines[end + 1 :])
    before, gap = _without_gap("".join(lines[:begin]), is_bare=not after and not lines[end].endswith("\n"))
    return _Block(bom, before, gap, lines[begin], _sections(lines, begin, end), lines[end], after)


def _check_order(marks: list[tuple[int, str]]) -> None:
    state = "outside"
    for i, mark in marks:
        if state == "outside" and mark != "begin":
            raise FormatError(f"a reconciler:{mark} marker without a reconciler:begin above it", i + 1)
        if state == "inside" and mark == "begin":
            raise FormatError("a second reconciler:begin inside the block", i + 1)
        if state == "done":
            raise FormatError("a second reconciler block, or a marker behind the block", i + 1)
        state = "done" if mark == "end" else "inside"
    if state == "inside":
        raise FormatError("this reconciler:begin has no reconciler:end below it", marks[0][0] + 1)


def _sections(lines: list[str], begin: int, end: int) -> dict[str, _Section]:
    places = [i for i in range(begin + 1, end) if _MARKER.match(lines[i])]
    if any(line.strip() for line in lines[begin + 1 : min([*places, end])]):
        raise FormatError("this text in the block belongs to no rule: move it out of the block, or below a rule's marker", begin + 2)
    out: dict[str, _Section] = {}
    for i, stop in pairwise([*places, end]):
        found = _RULE.fullmatch(lines[i])
        if not found or found[1] in out:
            raise FormatError("this rule has no name, or one that is there twice", i + 1)
        out[found[1]] = _Section(lines[i], "".join(lines[i + 1 : stop]))
    return out


def _without_gap(before: str, *, is_bare: bool) -> tuple[str, str]:
    """The user's text and the line ends behind it that are ours.

    A text whose last newline was missing got two, and an end marker without one (``is_bare``) to tell it by.
    """
    found = re.search(r"(?:\r?\n){2}\Z" if is_bare else r"(?:(?<=\n)|\A)\r?\n\Z", before)
    return (before[: found.start()], found[0]) if found else (before, "")


def _new_block(text: str) -> _Block:
    if text.endswith("\r"):
        raise EditRefused("the file ends with half a line end (CR)", text.count("\n") + 1)
    bom, newline = BOM if text.startswith(BOM) else "", _newline(text)
    empty = _Block(bom, "", "", BEGIN + newline, {}, END + newline, "")
    return _around(empty, text[len(bom) :], "", newline)


def _around(block: _Block, before: str, after: str, newline: str) -> _Block:
    """The block between these texts, with the gap that says how the first of them ended."""
    is_bare = bool(before) and not before.endswith("\n")
    gap = newline * 2 if is_bare else newline if before else ""
    return replace(block, before=before, gap=gap, end=block.end.rstrip("\r\n") + ("" if is_bare else newline), after=after)


def _section(name: str, body: str, old: _Section | None, newline: str) -> _Section:
    if old and normal_body(old.body) == normal_body(body):
        return old
    marker = old.marker if old else f"<!-- reconciler:rule {name} -->{newline}"
    return _Section(marker, normal_body(body).replace("\n", newline))


def _check(sections: Mapping[str, str]) -> None:
    for name, body in sections.items():
        if not _NAME.fullmatch(name):
            raise EditRefused(f"a rule cannot be called {name!r} in a memory file")
        _refuse_markers(body, f"the rule {name}")


def _refuse_markers(text: str, whose: str) -> None:
    for i, line in enumerate(normal_body(text).split("\n")):
        if _MARKER.match(line):
            raise EditRefused(f"{whose} holds a line that would be taken for one of our markers", i + 1)


# ---------------------------------------------------------------- lines


def _lines(text: str) -> list[str]:
    return _LINE.findall(text)


def _newline(text: str) -> str:
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def _renewed_lines(old: str, own: str, boundary: int, newline: str) -> tuple[list[str], int]:
    """The lines of the new own text, and how many of them stand before the block."""
    before = _lines(old)
    keys, wanted = [line.rstrip("\r\n") for line in before], _with_edges(before, normal_body(own).split("\n")[:-1])
    out, split = [], 0
    for tag, i, i_end, j, j_end in SequenceMatcher(None, keys, wanted).get_opcodes():
        out += before[i:i_end] if tag == "equal" else [line + newline for line in wanted[j:j_end]]
        if i < boundary or (i == i_end == boundary and (boundary or not before)):
            split = j_end if i_end <= boundary else j + min(boundary - i, j_end - j)
    return _closed(out, newline, has_last=not old or old.endswith("\n")), split


def _with_edges(before: list[str], core: list[str]) -> list[str]:
    """The new lines between the blank ones that stood around the old."""
    full = [i for i, line in enumerate(before) if line.strip(" \t\r\n")]
    if not full or not core:
        return core
    return [line.rstrip("\r\n") for line in [*before[: full[0]], *core, *before[full[-1] + 1 :]]]


def _closed(lines: Iterable[str], newline: str, *, has_last: bool) -> list[str]:
    """Every line with its end; the last one without when it had none."""
    out = [line if line.endswith("\n") else line + newline for line in lines]
    return out if has_last or not out else [*out[:-1], out[-1].rstrip("\r\n")]
