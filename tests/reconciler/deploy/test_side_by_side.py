"""The contract of ``Together``, which works in turn keep too; and that real ones run beside each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from reconciler.deploy.side_by_side import SideBySide
from reconciler.ports.together import Together, Work, in_turn

WAIT_S = 20.0


@pytest.fixture(params=["in turn", "side by side"])
def together(request: pytest.FixtureRequest) -> Together:
    return in_turn if request.param == "in turn" else SideBySide()


def test_each_work_is_done_once_when_it_returns(together: Together) -> None:
    done: list[int] = []
    together(lambda number=number: done.append(number) for number in range(50))
    together(lambda number=number: done.append(number) for number in range(50, 60))
    assert sorted(done) == list(range(60))


def test_what_a_work_raises_is_raised(together: Together) -> None:
    def fails() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        together([fails])


def test_all_works_have_ended_when_one_has_failed() -> None:
    gate, done = threading.Event(), threading.Event()

    def fails() -> None:
        gate.set()
        raise ValueError("no")

    def waits() -> None:
        assert gate.wait(WAIT_S)
        done.set()

    with pytest.raises(ValueError, match="no"):
        SideBySide()([waits, fails])
    assert done.is_set()


def test_begun_works_have_ended_when_the_next_cannot_be_made() -> None:
    begun, done = threading.Event(), threading.Event()

    def works() -> Iterator[Work]:
        def waits() -> None:
            assert begun.wait(WAIT_S)
            done.set()

        yield waits
        begun.set()
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        SideBySide()(works())
    assert done.is_set()


def test_works_run_beside_each_other() -> None:
    both = threading.Barrier(2)
    SideBySide()([lambda: both.wait(WAIT_S) and None, lambda: both.wait(WAIT_S) and None])
