"""What every carrier of hints keeps: at least once, and at most one of a target in one hand."""

from __future__ import annotations

import threading

import pytest

from reconciler.events.local import LocalHints
from reconciler.model.names import TargetId
from reconciler.ports import Hint, Hints
from tests.fakes.hints import RecordedHints

CLAUDE, CODEX = TargetId("laptop-1/claude/user"), TargetId("laptop-1/codex/user")
LIMIT_S = 20.0


@pytest.fixture(params=[LocalHints, RecordedHints])
def hints(request: pytest.FixtureRequest) -> Hints:
    return request.param()  # type: ignore[no-any-return]  # one of the classes above


def targets(hints: list[Hint]) -> set[TargetId | None]:
    return {hint.target for hint in hints}


def test_nothing_comes_after_the_timeout(hints: Hints) -> None:
    assert hints.take(0.0) == []


def test_what_was_published_is_taken_once(hints: Hints) -> None:
    hints.publish(Hint(CLAUDE, "saved"))
    assert hints.take(LIMIT_S) == [Hint(CLAUDE, "saved")]
    assert hints.take(0.0) == []


def test_a_storm_of_saves_is_one_hint_a_target(hints: Hints) -> None:
    for _ in range(1000):
        hints.publish(Hint(CLAUDE))
        hints.publish(Hint(CODEX))
    taken = hints.take(LIMIT_S)
    assert (len(taken), targets(taken)) == (2, {CLAUDE, CODEX})


@pytest.mark.parametrize("order", [(CLAUDE, None, CODEX), (None, CLAUDE), (CLAUDE, None)])
def test_a_hint_for_all_is_never_lost_among_others(hints: Hints, order: tuple[TargetId | None, ...]) -> None:
    for target in order:
        hints.publish(Hint(target))
    assert None in targets(hints.take(LIMIT_S))


def test_a_hint_for_all_stands_for_the_single_ones() -> None:
    hints = LocalHints()
    for target in (CLAUDE, None, CODEX):
        hints.publish(Hint(target))
    assert targets(hints.take(LIMIT_S)) == {None}


def test_a_hint_that_comes_after_taking_comes_again(hints: Hints) -> None:
    hints.publish(Hint(CLAUDE))
    hints.take(LIMIT_S)
    hints.publish(Hint(CLAUDE))
    assert targets(hints.take(LIMIT_S)) == {CLAUDE}


def test_a_waiting_taker_is_woken_by_another_thread() -> None:
    hints = LocalHints()
    thread = threading.Thread(target=hints.publish, args=(Hint(CLAUDE),))
    thread.start()
    assert targets(hints.take(LIMIT_S)) == {CLAUDE}
    thread.join()


def test_many_publishers_lose_nothing() -> None:
    hints, count = LocalHints(), 50
    names = [TargetId(f"laptop-{number}/claude/user") for number in range(count)]
    threads = [threading.Thread(target=hints.publish, args=(Hint(name),)) for name in names]
    for thread in threads:
        thread.start()
    seen: set[TargetId | None] = set()
    while len(seen) < count and (taken := hints.take(LIMIT_S)):
        seen |= targets(taken)
    for thread in threads:
        thread.join()
    assert seen == set(names)
