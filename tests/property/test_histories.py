"""Any history of edits, hints, torn files, commits and decisions ends in one state, and loses nothing on the way.

What must be true after every pass and at the end is in ``record.py``.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.deploy.template import sample_files
from tests.fakes.engine import World
from tests.property.histories import History, Step, played

EDITS = ("args", "env", "secret", "own", "limit", "remove", "rule", "unrule", "memory", "tool", "untool")
OTHERS = ("hint", "hint", "hint", "stale", "tear", "mend", "commit", "spoil", "repair", "wait", "resolve", "resolve", "revert", "up")

number = st.integers(0, 59)
edits = st.tuples(st.sampled_from(EDITS), number, number)
steps = st.one_of(edits, st.tuples(st.sampled_from(OTHERS), number, number))
first = st.lists(st.tuples(st.sampled_from(("args", "env", "secret", "own", "limit", "memory", "tool")), number, number), max_size=4)


def plays(examples: int) -> Any:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@given(first, st.lists(steps, max_size=16))
@plays(100)
def test_any_history_ends_in_one_state_and_loses_nothing(start: list[Step], then: list[Step]) -> None:
    played(then, start)


@pytest.mark.long
@given(first, st.lists(steps, max_size=40))
@plays(1_500)
def test_any_long_history_ends_in_one_state_and_loses_nothing(start: list[Step], then: list[Step]) -> None:
    played(then, start)


def from_samples() -> History:
    """What the real clients write, with secrets, gaps and conflicts of adoption, in the place of a plain home."""
    return History(World({**sample_files()}), foreign={})


@given(st.lists(steps, max_size=10))
@plays(10)
def test_so_does_any_history_of_the_files_that_real_clients_write(then: list[Step]) -> None:
    played(then, history=from_samples())


@pytest.mark.long
@given(first, st.lists(steps, max_size=25))
@plays(300)
def test_so_does_any_long_history_of_the_files_that_real_clients_write(start: list[Step], then: list[Step]) -> None:
    played(then, start, from_samples())
