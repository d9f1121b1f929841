"""Publishes hints when something is due, and does nothing else. Of several schedulers only the leader publishes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from apscheduler.schedulers.background import BackgroundScheduler

from reconciler.errors import ReconcilerError
from reconciler.ports import Clock, Hints, Stopwatch
from reconciler.ports.chores import Leader
from reconciler.schedule.messages import Complaints
from reconciler.schedule.timing import Timing, machine_zone, trigger

_REPLAN_S: Final = 10.0
_SET_S: Final = 5.0
"""A clock that fell behind the stopwatch by this much was set back; by less, it is being corrected."""


class Scheduler:
    """``plan`` is asked again and again for what is due when: what a person commits takes effect without a restart.

    The library waits for times of the day. Where the clock is set back, all is put in anew:
    else what is due would wait until the clock is there once more.
    """

    def __init__(
        self,
        plan: Callable[[], Mapping[str, Timing]],
        hints: Hints,
        leader: Leader,
        complain: Callable[[str], None],
        clock: Clock,
        stopwatch: Stopwatch,
    ) -> None:
        self._plan, self._hints, self._leader, self._complaints = plan, hints, leader, Complaints(complain)
        self._clock, self._stopwatch = clock, stopwatch
        self._apart_s = self._apart()
        self._ended = threading.Event()
        self._planner = threading.Thread(target=self._keep_planning, name="planner", daemon=True)
        self._zone = machine_zone()
        self._known: dict[str, Timing] = {}
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}  # after a sleep: once, not for each time missed
        self._library: Any = BackgroundScheduler(timezone=self._zone, job_defaults=defaults, daemon=True)

    def start(self) -> None:
        self._library.start()
        self.replan()
        self._planner.start()

    def stop(self) -> None:
        self._ended.set()
        self._planner.join()
        self._library.shutdown(wait=True)
        self._leader.close()

    def fire(self, name: str) -> None:
        """It is time for this. Another scheduler's business while that one is the leader."""
        timing = self._known.get(name)
        if timing is not None and self._leader.is_ours():
            self._hints.publish(timing.hint)

    def replan(self) -> None:
        """Take up what has changed in the plan, and leave the rest running."""
        try:
            plan = dict(self._plan())
        except ReconcilerError as error:
            self._complaints.note(str(error))
            return
        self._complaints.settled()
        was_set_back = self._was_set_back()
        for name in self._known.keys() - plan.keys():
            self._library.remove_job(name)
            del self._known[name]
        for name, timing in plan.items():
            if was_set_back or self._known.get(name) != timing:
                self._put(name, timing)
            else:
                self._complaints.settled(name)

    def _keep_planning(self) -> None:
        while not self._ended.wait(_REPLAN_S):
            self.replan()

    def _was_set_back(self) -> bool:
        """Whether somebody has set the clock back since the last time this was asked."""
        before, self._apart_s = self._apart_s, self._apart()
        return before - self._apart_s > _SET_S

    def _apart(self) -> float:
        return self._clock.now() - self._stopwatch.elapsed()

    def _put(self, name: str, timing: Timing) -> None:
        try:
            when = trigger(timing, self._zone)
        except ReconcilerError as error:
            self._complaints.note(f"{name}: {error}", name)
            return
        self._library.add_job(self.fire, when, args=[name], id=name, replace_existing=True)
        self._known[name] = timing
        self._complaints.settled(name)
