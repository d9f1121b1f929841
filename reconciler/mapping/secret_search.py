"""Looks for many values at once: the way over a text is gone once, however many there are."""

from __future__ import annotations

from collections.abc import Iterable

_END = 8
"""Values are known by so many of their last characters: tokens of one kind begin alike, and end as they like."""
_FEW = 32
"""So many are sooner looked for one by one."""


class Wanted:
    """Values that are looked for. Holds them, so it is never shown."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: dict[str, None] = {}
        self._short: list[str] = []
        self._by_end: dict[str, list[str]] = {}
        for value in values:
            self.add(value)

    def __repr__(self) -> str:
        return f"Wanted({len(self._values)} values)"

    def add(self, value: str) -> None:
        """Look for this one too. An empty one stands in no text."""
        if not value or value in self._values:
            return
        self._values[value] = None
        if len(value) < _END:
            self._short.append(value)
        else:
            self._by_end.setdefault(value[-_END:], []).append(value)

    def within(self, text: str) -> list[str]:
        """Those that stand in the text, the longest first: a shorter one may be a part of it."""
        return sorted((value for value in self._candidates(text) if value in text), key=lambda v: (-len(v), v))

    def _candidates(self, text: str) -> Iterable[str]:
        if len(self._values) <= _FEW:
            return self._values
        ends = self._by_end.keys() & {text[at : at + _END] for at in range(len(text) - _END + 1)}
        return [*self._short, *(value for end in ends for value in self._by_end[end])]


NOTHING = Wanted()
"""For who looks for shapes alone. Nobody adds to it."""
