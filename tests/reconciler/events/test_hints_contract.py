"""What every carrier of hints keeps: at least once, and at most one of a target in one hand."""

from __future__ import annotations

import threading

import pytest

from reconciler.events.local import LocalHints
from reconciler.model.names import TargetId
from reconciler.ports import Hint, Hints, Waiting
from tests.fakes.hints import RecordedHints
from tests.reconciler.events.conftest import MakeHints

CLAUDE, CODEX = TargetId("laptop-1/claude/user"), TargetId("laptop-1/codex/user")
LIMIT_S = 20.0


@pytest.fixture(params=["local", "recorded", "redis", "without redis"])
def hints(request: pytest.FixtureRequest, redis_hints: MakeHints) -> Hints:
    if request.param == "redis":
        return redis_hints(request.getfixturevalue("shared_url"))
    if request.param == "without redis":
        return redis_hints(None)
    return LocalHints() if request.param == "local" else RecordedHints()


def targets(hints: list[Hint]) -> set[TargetId | None]:
    return {hint.target for hint in hints}


def until(hints: Hints, target: TargetId | None) -> list[list[Hint]]:
    """What was taken, turn by turn, until a hint for the target came."""
    turns: list[list[Hint]] = []
    while not turns or target not in targets(turns[-1]):
        turns.append(hints.take(LIMIT_S))
        assert turns[-1], "it never came"
    return turns


def test_nothing_comes_after_the_timeout(hints: Hints) -> None:
    assert hints.take(0.0) == []


def test_what_was_published_is_taken_once(hints: Hints) -> None:
    hints.publish(Hint(CLAUDE, "saved"))
    taken = hints.take(LIMIT_S)
    assert taken == [Hint(CLAUDE, "saved")]
    hints.done(taken)
    assert hints.take(0.0) == []


def test_a_storm_of_saves_is_one_hint_a_target_in_one_hand(hints: Hints) -> None:
    for _ in range(1000):
        hints.publish(Hint(CLAUDE))
    hints.publish(Hint(CODEX))
    turns = until(hints, CODEX)
    assert [len(targets(turn)) for turn in turns] == [len(turn) for turn in turns]
    assert len(turns) < 100


@pytest.mark.parametrize("order", [(CLAUDE, None, CODEX), (None, CLAUDE), (CLAUDE, None)])
def test_a_hint_for_all_is_never_lost_among_others(hints: Hints, order: tuple[TargetId | None, ...]) -> None:
    for target in order:
        hints.publish(Hint(target))
    assert until(hints, None)


def test_a_chore_is_not_lost_behind_a_hint_for_all(hints: Hints) -> None:
    hints.publish(Hint(None, work="fetch"))
    hints.publish(Hint(None))
    works: set[str] = set()
    while works != {"fetch", "look"}:
        taken = hints.take(LIMIT_S)
        assert taken
        works |= {hint.work for hint in taken}


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


def test_what_nobody_has_taken_is_counted_until_somebody_does(hints: Hints) -> None:
    assert hints.waiting().count == 0
    taken: list[Hint] = []
    hints.publish(Hint(CLAUDE))
    while not taken:
        taken = hints.take(LIMIT_S)
    assert hints.waiting() == Waiting()


def test_of_several_saves_the_time_of_the_first_is_kept() -> None:
    hints = LocalHints()
    for at in (7.0, 9.0):
        hints.publish(Hint(CLAUDE, "saved", at=at))
    assert hints.waiting().count == 1
    assert [hint.at for hint in hints.take(0.0)] == [7.0]
