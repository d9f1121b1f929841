"""Which item of a list was which before others came or went. Knows texts alone."""

from __future__ import annotations

from collections.abc import Sequence

_MOST = 200
"""Longer lists are compared by place: the comparison takes the square of their length."""


def aligned_by(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """For items of ``after`` their place in ``before``: the same text, or what stands in its place."""
    if len(before) == len(after):
        return {i: i for i in range(len(after))}
    if max(len(before), len(after)) > _MOST:
        return {}
    from difflib import SequenceMatcher

    out: dict[int, int] = {}
    for _, a, a_end, b, b_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        out |= dict(zip(range(b, b_end), range(a, a_end), strict=False))
    return out
