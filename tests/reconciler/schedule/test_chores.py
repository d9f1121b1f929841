"""Chores: each in its own time, and none in the way of another."""

from __future__ import annotations

import threading

from reconciler.errors import Retryable
from reconciler.ports import Hint
from reconciler.schedule.chores import Chores

LIMIT_S = 20.0


class Work:
    """Waits at its start until it is let go."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Semaphore(0), threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.error: Exception | None = None

    def __call__(self) -> None:
        self.begun.release()
        assert self.go.acquire(timeout=LIMIT_S)
        self.ended.release()
        if self.error:
            raise self.error


def due(work: str) -> Hint:
    return Hint(None, "scheduled", work)


def test_one_that_hangs_holds_up_no_other() -> None:
    slow, quick = Work(), Work()
    chores = Chores({"fetch": slow, "retention": quick}, [].append)
    chores.accept([due("fetch")])
    assert slow.begun.acquire(timeout=LIMIT_S)
    chores.accept([due("retention")])
    quick.go.release()
    assert quick.ended.acquire(timeout=LIMIT_S)
    slow.go.release()
    chores.stop()


def test_what_is_due_again_while_it_runs_runs_once_more() -> None:
    work = Work()
    chores = Chores({"fetch": work}, [].append)
    chores.accept([due("fetch")])
    assert work.begun.acquire(timeout=LIMIT_S)
    for _ in range(3):
        chores.accept([due("fetch")])
    work.go.release(9)
    assert work.begun.acquire(timeout=LIMIT_S)
    chores.stop()
    assert not work.begun.acquire(blocking=False)


def test_a_failure_is_told_once_and_shown_until_it_goes_well() -> None:
    work, complaints = Work(), list[str]()
    chores = Chores({"fetch": work}, complaints.append)
    work.error = Retryable("the remote is away")
    problems = []
    for turn in range(3):
        chores.accept([due("fetch")])
        assert work.begun.acquire(timeout=LIMIT_S)
        work.error = work.error if turn < 2 else None
        work.go.release()
        assert work.ended.acquire(timeout=LIMIT_S)
        chores.accept([due("fetch")])  # once this has begun, the one before it is over
        assert work.begun.acquire(timeout=LIMIT_S)
        problems.append(chores.problem("fetch"))
        work.go.release()
        assert work.ended.acquire(timeout=LIMIT_S)
    chores.stop()
    assert (complaints, problems) == (["the remote is away"], ["the remote is away", "the remote is away", ""])


def test_what_nobody_here_can_do_is_left_alone() -> None:
    chores = Chores({}, [].append)
    chores.accept([due("fetch"), Hint(None)])
    chores.stop()
