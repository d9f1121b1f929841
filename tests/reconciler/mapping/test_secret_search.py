"""Every value that stands in a text is found, be there one or thousands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.mapping.secret_search import Wanted

MANY = [f"{number:05}-of-many-values" for number in range(500)]
LETTERS = st.text("ab1-", max_size=30)


@given(st.lists(LETTERS, max_size=60), LETTERS)
def test_what_is_found_is_what_stands_there(values: list[str], text: str) -> None:
    found = Wanted([*MANY, *values]).within(text)
    assert set(found) == {value for value in values if value and value in text}
    assert found == Wanted(values).within(text)


def test_values_that_end_alike_and_lie_in_each_other_are_all_found_the_longest_first() -> None:
    inner, outer, short = "inner-secret-12345678", "outer-inner-secret-12345678", "5678"
    assert Wanted([*MANY, short, inner, outer]).within(f"x{outer}x") == [outer, inner, short]


@pytest.mark.parametrize("others", [[], MANY])
def test_a_value_that_comes_later_is_looked_for_too(others: list[str]) -> None:
    wanted = Wanted(others)
    wanted.add("came-later")
    assert wanted.within("it came-later") == ["came-later"]


def test_it_never_shows_what_it_looks_for() -> None:
    assert "secret" not in repr(Wanted(["a-secret-value"]))
