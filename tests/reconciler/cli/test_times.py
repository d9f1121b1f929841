"""Times as people write them."""

from __future__ import annotations

import pytest

from reconciler.cli.times import time_of
from reconciler.errors import Stalled

DAY = 1769817600.0
"""2026-01-31T00:00Z"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-01-31", DAY), ("2026-01-31T18:00Z", DAY + 18 * 3600), ("2026-01-31T18:00+02:00", DAY + 16 * 3600), ("3d", DAY - 2 * 86400), ("90m", DAY + 86400 - 5400)],
)
def test_a_time(text: str, expected: float) -> None:
    assert time_of(text, now=DAY + 86400) == expected


def test_the_end_of_a_date_is_its_last_moment_and_a_time_is_its_own_end() -> None:
    assert time_of("2026-01-31", is_end=True) == DAY + 86400
    assert time_of("2026-01-31T18:00Z", is_end=True) == DAY + 18 * 3600


@pytest.mark.parametrize("text", ["tomorrow", "31.1.2026", "", "d", "3y"])
def test_other_text_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Stalled, match="2026-01-31T18:00Z"):
        time_of(text, now=DAY)


def test_a_time_ago_needs_a_now() -> None:
    with pytest.raises(Stalled):
        time_of("3d")
