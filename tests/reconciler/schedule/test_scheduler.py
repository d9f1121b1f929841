"""The scheduler: it publishes hints, and of two only one does."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest

from reconciler.deploy.clock import SystemClock, SystemStopwatch
from reconciler.errors import Stalled
from reconciler.events.local import LocalHints
from reconciler.ports import Hint
from reconciler.schedule.scheduler import Scheduler
from reconciler.schedule.timing import Timing
from tests.fakes.clock import FakeClock
from tests.fakes.hints import RecordedHints
from tests.fakes.leader import MemoryLeader, Office

LOOK, FETCH = Hint(None, "rescan"), Hint(None, "scheduled", "fetch")
NEVER = "0 0 1 1 *"
LIMIT_S = 20.0
TIME = (SystemClock(), SystemStopwatch())


class Plan:
    def __init__(self, **timings: Timing) -> None:
        self.timings = timings
        self.error: Exception | None = None

    def __call__(self) -> dict[str, Timing]:
        if self.error:
            raise self.error
        return self.timings


@pytest.fixture
def plan() -> Plan:
    return Plan(look=Timing(LOOK, cron=NEVER), fetch=Timing(FETCH, cron=NEVER))


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def hints() -> RecordedHints:
    return RecordedHints()


@pytest.fixture
def scheduler(plan: Plan, hints: RecordedHints, complaints: list[str]) -> Scheduler:
    return Scheduler(plan, hints, MemoryLeader(), complaints.append, *TIME)


def test_what_is_due_becomes_a_hint(scheduler: Scheduler, hints: RecordedHints) -> None:
    scheduler.replan()
    scheduler.fire("fetch")
    assert hints.published == [FETCH]


def test_of_two_schedulers_one_fires(plan: Plan, hints: RecordedHints) -> None:
    office = Office()
    both = [Scheduler(plan, hints, MemoryLeader(office), [].append, *TIME) for _ in range(2)]
    for one in both:
        one.replan()
        one.fire("look")
    assert hints.published == [LOOK]


def test_when_the_leader_stops_the_other_fires(plan: Plan, hints: RecordedHints) -> None:
    office = Office()
    leader, other = (Scheduler(plan, hints, MemoryLeader(office), [].append, *TIME) for _ in range(2))
    for one in (leader, other):
        one.start()
    leader.fire("look")
    leader.stop()
    other.fire("look")
    other.stop()
    assert hints.published == [LOOK, LOOK]


def test_it_fires_by_itself_when_the_time_has_come() -> None:
    hints = LocalHints()
    scheduler = Scheduler(Plan(look=Timing(LOOK, every_s=0.01)), hints, MemoryLeader(), [].append, *TIME)
    scheduler.start()
    assert [hints.take(LIMIT_S) for _ in range(3)] == [[LOOK]] * 3
    scheduler.stop()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """What the library takes for the time of day, for as much as it is set back."""
    clock = FakeClock(0.0)

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(seconds=clock.now())

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Now)
    monkeypatch.setattr("apscheduler.triggers.interval.datetime", Now)
    return clock


def test_a_clock_that_is_set_back_holds_nothing_up(clock: FakeClock) -> None:
    hints = LocalHints()
    scheduler = Scheduler(Plan(look=Timing(LOOK, every_s=0.01)), hints, MemoryLeader(), [].append, clock, clock)
    scheduler.start()
    hints.take(LIMIT_S)
    clock.set_back(3600)
    scheduler.replan()
    assert [hints.take(LIMIT_S) for _ in range(3)] == [[LOOK]] * 3
    scheduler.stop()


def test_a_plan_that_changes_takes_effect(scheduler: Scheduler, plan: Plan, hints: RecordedHints) -> None:
    scheduler.replan()
    del plan.timings["fetch"]
    plan.timings["look"] = Timing(FETCH, cron=NEVER)
    scheduler.replan()
    scheduler.fire("fetch")
    scheduler.fire("look")
    assert hints.published == [FETCH]


def test_a_line_that_names_no_time_is_told_once_and_the_old_time_stays(
    scheduler: Scheduler, plan: Plan, hints: RecordedHints, complaints: list[str]
) -> None:
    scheduler.replan()
    plan.timings["fetch"] = Timing(FETCH, cron="99 * * * *")
    scheduler.replan()
    scheduler.replan()
    scheduler.fire("fetch")
    assert ([c.split(":")[:2] for c in complaints], hints.published) == ([["fetch", " 99 * * * *"]], [FETCH])


def test_a_plan_that_cannot_be_read_leaves_the_old_one_in_force(
    scheduler: Scheduler, plan: Plan, hints: RecordedHints, complaints: list[str]
) -> None:
    scheduler.replan()
    plan.error = Stalled("no repository")
    scheduler.replan()
    scheduler.fire("look")
    assert (complaints, hints.published) == (["no repository"], [LOOK])


def test_two_lines_that_name_no_time_are_told_once_each(scheduler: Scheduler, plan: Plan, complaints: list[str]) -> None:
    plan.timings = {name: Timing(FETCH, cron="99 * * * *") for name in ("fetch", "retention")}
    for _ in range(3):
        scheduler.replan()
    assert [c.split(":")[0] for c in complaints] == ["fetch", "retention"]


def test_a_line_that_was_mended_and_breaks_again_is_told_again(scheduler: Scheduler, plan: Plan, complaints: list[str]) -> None:
    for cron in (NEVER, "99 * * * *", NEVER, "99 * * * *"):
        plan.timings["fetch"] = Timing(FETCH, cron=cron)
        scheduler.replan()
    assert len(complaints) == 2
