from __future__ import annotations

import pytest

from bench.figures import Figure, percentiles, quantile, table


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_share_of_the_values_does_not_exceed_its_quantile(share: float, value: float) -> None:
    assert quantile([float(n) for n in range(100, 0, -1)], share) == value


def test_one_value_is_every_quantile() -> None:
    assert [one.value for one in percentiles("work", [7.0])] == [7.0, 7.0]


@pytest.mark.parametrize(("value", "budget", "is_met"), [(5.0, 5.0, True), (5.1, 5.0, False), (9.0, None, True)])
def test_a_budget_is_met_up_to_its_last_bit(value: float, budget: float | None, is_met: bool) -> None:
    assert Figure("work", value, "ms", budget).is_met is is_met


def test_the_table_names_what_missed_its_budget() -> None:
    rows = table([Figure("slow", 10.0, "ms", 5.0), Figure("fast", 1.0, "ms", 5.0)]).splitlines()[2:]
    assert [row.endswith("missed |") for row in rows] == [True, False]


def test_what_may_not_be_at_all_has_its_row_too() -> None:
    assert "| waits | 0.00 | 0  | 0  |  |" in table([Figure("waits", 0, "", 0.0)])
    assert "| missed |" in table([Figure("waits", 2, "", 0.0)])
