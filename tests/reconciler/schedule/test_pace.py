"""What nobody waits for stands back while somebody is waited for, but not for ever."""

from __future__ import annotations

import threading

from reconciler.ports import Hint
from reconciler.schedule.pace import Pace
from tests.fakes.engine import adopted
from tests.fakes.loop import loop

UNREACHED_S = 60.0


def resting(pace: Pace, order: list[str]) -> threading.Thread:
    def rest() -> None:
        pace.rest()
        order.append("went on")

    thread = threading.Thread(target=rest)
    thread.start()
    return thread


def test_it_goes_on_at_once_while_nobody_is_busy() -> None:
    pace, order = Pace(UNREACHED_S), list[str]()
    resting(pace, order).join()
    with pace.busy():
        pass
    resting(pace, order).join()
    assert order == ["went on"] * 2


def test_it_waits_until_the_last_one_who_was_busy_is_done() -> None:
    pace, order = Pace(UNREACHED_S), list[str]()
    with pace.busy():
        with pace.busy():
            waiting = resting(pace, order)
        order.append("done")
    waiting.join()
    assert order == ["done", "went on"]


def test_it_goes_on_when_what_was_busy_failed() -> None:
    pace, order = Pace(UNREACHED_S), list[str]()
    try:
        with pace.busy():
            raise RuntimeError
    except RuntimeError:
        resting(pace, order).join()
    assert order == ["went on"]


def test_a_long_pass_keeps_it_back_once_and_no_longer() -> None:
    pace = Pace(longest_s=0.0)
    with pace.busy():
        pace.rest()
        pace.rest()


def test_others_stand_back_while_the_loop_looks() -> None:
    world, order = adopted("one"), list[str]()
    done = loop(world.engine)
    done.watching.pace = pace = Pace(UNREACHED_S)
    threads: list[threading.Thread] = []
    world.put_server("codex", "two")
    done.watching.before = lambda: threads.append(resting(pace, order))
    done.watching.tell = lambda _: order.append("told")
    done.run()
    threads[0].join()
    assert order == ["told", "told", "went on"]


def test_others_go_on_while_the_loop_waits_for_hints() -> None:
    order = list[str]()

    def step() -> list[Hint]:
        resting(pace, order).join()
        return []

    done = loop(adopted("one").engine, step)
    done.watching.pace = pace = Pace(UNREACHED_S)
    done.run()
    assert order == ["went on"]
