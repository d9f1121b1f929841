"""What is counted and what need not be."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from reconciler.mirror.totals import Totals


@dataclass
class Table:
    rows: int
    now: float = 0.0
    counted: int = 0
    totals: Totals = field(init=False)

    def __post_init__(self) -> None:
        self.totals = Totals(lambda: self.now)

    def total(self, limit: int = 10, offset: int = 0, **filters: str) -> int:
        shown = max(0, min(limit, self.rows - offset))
        return self.totals.of(filters, limit, offset, shown, self._count)

    def _count(self) -> int:
        self.counted += 1
        return self.rows


@pytest.mark.parametrize(("rows", "offset", "counted"), [(0, 0, 0), (9, 0, 0), (10, 0, 1), (25, 20, 0), (25, 10, 1), (25, 30, 1)])
def test_a_page_that_is_not_full_says_how_many_there_are(rows: int, offset: int, counted: int) -> None:
    table = Table(rows)
    assert (table.total(offset=offset), table.counted) == (rows, counted)


def test_a_small_total_is_always_that_of_now() -> None:
    table = Table(500)
    assert table.total() == 500
    table.rows = 501
    assert table.total() == 501


def test_a_large_one_may_be_a_few_seconds_old_for_the_same_search() -> None:
    table = Table(5_000)
    assert table.total(level="error") == 5_000
    table.rows = 5_001
    assert (table.total(level="error"), table.total(level="info")) == (5_000, 5_001)
    table.now = 6.0
    assert table.total(level="error") == 5_001
