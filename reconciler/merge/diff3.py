"""Three-way merge of lines. Changes that overlap or touch, and differ, are a conflict, as they are for Git."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher

Lines = Sequence[str]
_END = ""
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class _Hunk:
    """Lines ``start`` to ``end`` of the base, which one side replaced."""

    start: int
    end: int
    lines: tuple[str, ...]


def merged_lines(base: Lines, local: Lines, central: Lines) -> list[str] | None:
    """The lines with the changes of both sides, or None when they cannot both be had."""
    ours, theirs = _hunks(base, local), _hunks(base, central)
    out: list[str] = []
    at = 0
    while ours or theirs:
        start, end, left, right = _next_group(ours, theirs)
        ours, theirs = ours[len(left) :], theirs[len(right) :]
        new = _settled(base, start, end, left, right)
        if new is None:
            return None
        out += [*base[at:start], *new]
        at = end
    return out + list(base[at:])


def _hunks(base: Lines, side: Lines) -> list[_Hunk]:
    codes = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [_Hunk(i, j, tuple(side[k:m])) for tag, i, j, k, m in codes if tag != "equal"]


def _next_group(ours: list[_Hunk], theirs: list[_Hunk]) -> tuple[int, int, list[_Hunk], list[_Hunk]]:
    """The first hunks that overlap or touch each other, and the range of the base that they cover."""
    start = min(hunks[0].start for hunks in (ours, theirs) if hunks)
    end, taken = start, -1
    left: list[_Hunk] = []
    right: list[_Hunk] = []
    while taken != len(left) + len(right):
        taken = len(left) + len(right)
        left = [hunk for hunk in ours if hunk.start <= end]
        right = [hunk for hunk in theirs if hunk.start <= end]
        end = max(hunk.end for hunk in left + right)
    return start, end, left, right


def _settled(base: Lines, start: int, end: int, left: list[_Hunk], right: list[_Hunk]) -> list[str] | None:
    mine, theirs = _as_changed(base, start, end, left), _as_changed(base, start, end, right)
    if not right or mine == theirs:
        return mine
    return theirs if not left else None


def _as_changed(base: Lines, start: int, end: int, hunks: list[_Hunk]) -> list[str]:
    out: list[str] = []
    for hunk in hunks:
        out += [*base[start : hunk.start], *hunk.lines]
        start = hunk.end
    return out + list(base[start:end])


def taken_back(ours: Lines, old: Lines, here: Lines) -> list[str]:
    """``here`` with what ``ours`` changed of ``old`` as it was, wherever those pieces stand as ``ours`` has them."""
    ours, old, out = [*ours, _END], [*old, _END], [*here, _END]
    blocks = SequenceMatcher(None, ours, out, autojunk=False).get_matching_blocks()
    for hunk in reversed(_hunks(ours, old)):
        place, same = next(_standing(ours, hunk, blocks), (None, hunk))
        if place is not None:
            out[place : place + same.end - same.start] = same.lines
    return out[:-1]


def _standing(ours: Lines, hunk: _Hunk, blocks: Sequence[Match]) -> Iterator[tuple[int, _Hunk]]:
    """Where the hunk stands unchanged. One that would join lines must have behind it what ours has there."""
    for same in _same_hunks(ours, hunk):
        end = same.end + _joins_lines(ours, same)
        yield from ((same.start + b.b - b.a, same) for b in blocks if b.a <= same.start and end <= b.a + b.size)


def _joins_lines(ours: Lines, hunk: _Hunk) -> bool:
    before = hunk.start == 0 or ours[hunk.start - 1].endswith(("\n", _BYTE_ORDER_MARK))
    was, becomes = "".join(ours[hunk.start : hunk.end]), "".join(hunk.lines)
    return (was.endswith("\n") if was else before) != (becomes.endswith("\n") if becomes else before)


def _same_hunks(base: Lines, hunk: _Hunk) -> Iterator[_Hunk]:
    """The hunk, and where else lines that are only taken away could stand with the same result."""
    yield hunk
    start, end = hunk.start, hunk.end
    while not hunk.lines and start and base[start - 1] == base[end - 1]:
        start, end = start - 1, end - 1
        yield _Hunk(start, end, ())
    start, end = hunk.start, hunk.end
    while not hunk.lines and end < len(base) and base[start] == base[end]:
        start, end = start + 1, end + 1
        yield _Hunk(start, end, ())
