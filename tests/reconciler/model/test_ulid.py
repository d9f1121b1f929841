"""ULIDs: 26 digits that sort by time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.names import TargetId
from reconciler.model.refnames import change_branch
from reconciler.model.ulid import ulid

RANDOM = st.binary(min_size=10, max_size=10)
TIMES = st.integers(0, 4_000_000_000_000).map(lambda ms: ms / 1000)


@pytest.mark.parametrize(
    ("now", "random", "expected"),
    [
        (0, bytes(10), "0" * 26),
        (1469918176.385, bytes(10), "01aryz6s41" + "0" * 16),  # the time that the ULID specification takes for its example
        (0, b"\xff" * 10, "0" * 10 + "z" * 16),
    ],
)
def test_time_comes_first_and_randomness_after(now: float, random: bytes, expected: str) -> None:
    assert ulid(now, random) == expected


@settings(max_examples=1000, deadline=None)
@given(first=TIMES, second=TIMES, randoms=st.tuples(RANDOM, RANDOM))
def test_a_later_one_sorts_after(first: float, second: float, randoms: tuple[bytes, bytes]) -> None:
    if round(first * 1000) < round(second * 1000):
        assert ulid(first, randoms[0]) < ulid(second, randoms[1])


@given(random=RANDOM)
def test_different_randomness_gives_different_names_that_fit_into_references(random: bytes) -> None:
    name = ulid(1.0, random)
    assert len(name) == 26
    assert change_branch(TargetId("m/claude/user"), name).endswith(name)
    assert (name == ulid(1.0, bytes(10))) == (random == bytes(10))


@pytest.mark.parametrize("size", [0, 9, 11, 16])
def test_it_takes_ten_random_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        ulid(1.0, bytes(size))
