"""The queue of dirty targets, on a clock that is moved by hand."""

from __future__ import annotations

import pytest

from reconciler.model.names import TargetId
from reconciler.reconcile.queue import FIRST_PAUSE_S, LONGEST_PAUSE_S, Queue
from tests.fakes.clock import FakeClock

CLAUDE, CODEX = TargetId("laptop-1/claude/user"), TargetId("laptop-1/codex/user")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def queue(clock: FakeClock) -> Queue:
    return Queue(clock, lambda: 0.5)


def wait(queue: Queue) -> float:
    seconds = queue.wait_s()
    assert seconds is not None
    return seconds


def test_what_hints_named_is_taken_once(queue: Queue) -> None:
    queue.add([CLAUDE, CODEX, CLAUDE])
    assert queue.take() == {CLAUDE, CODEX}
    assert queue.take() == set()


def test_without_hints_and_failures_there_is_nothing_to_wait_for(queue: Queue) -> None:
    assert queue.wait_s() is None


def test_what_failed_is_due_after_a_pause(queue: Queue, clock: FakeClock) -> None:
    queue.failed(CLAUDE)
    assert queue.take() == set()
    clock.advance(wait(queue) + 0.001)
    assert queue.take() == {CLAUDE}


def test_pauses_double_up_to_the_longest(queue: Queue) -> None:
    pauses = []
    for _ in range(12):
        queue.failed(CLAUDE)
        pauses.append(round(wait(queue), 3))
    assert pauses[:4] == [FIRST_PAUSE_S * factor for factor in (1, 2, 4, 8)]
    assert pauses[-1] == LONGEST_PAUSE_S


@pytest.mark.parametrize(("chance", "factor"), [(0.0, 0.75), (1.0, 1.25)])
def test_pauses_are_spread(clock: FakeClock, chance: float, factor: float) -> None:
    queue = Queue(clock, lambda: chance)
    queue.failed(CLAUDE)
    assert wait(queue) == pytest.approx(FIRST_PAUSE_S * factor, abs=1e-4)


def test_success_resets_the_pauses(queue: Queue) -> None:
    for _ in range(5):
        queue.failed(CLAUDE)
    queue.succeeded(CLAUDE)
    assert queue.failures(CLAUDE) == 0
    queue.failed(CLAUDE)
    assert wait(queue) == pytest.approx(FIRST_PAUSE_S, abs=1e-4)


def test_one_that_fails_delays_no_other(queue: Queue) -> None:
    for _ in range(9):
        queue.failed(CLAUDE)
    queue.add([CODEX])
    assert queue.take() == {CODEX}


def test_a_hint_is_news_of_one_that_fails(queue: Queue) -> None:
    for _ in range(9):
        queue.failed(CLAUDE)
    queue.add([CLAUDE])
    assert (wait(queue), queue.take()) == (0.0, {CLAUDE})
    queue.failed(CLAUDE)
    assert wait(queue) == pytest.approx(FIRST_PAUSE_S, abs=1e-4)


def test_a_rescan_is_no_news_of_one_that_fails(queue: Queue) -> None:
    queue.failed(CLAUDE)
    queue.add([None])
    queue.take()
    queue.failed(CLAUDE)
    assert wait(queue) == pytest.approx(2 * FIRST_PAUSE_S, abs=1e-4)


def test_a_look_that_was_due_does_not_forget_how_often_it_failed(queue: Queue, clock: FakeClock) -> None:
    queue.failed(CLAUDE)
    clock.advance(1.0)
    queue.take()
    queue.failed(CLAUDE)
    assert (queue.failures(CLAUDE), wait(queue)) == (2, pytest.approx(2 * FIRST_PAUSE_S, abs=1e-4))
