"""Publishes hints when something is due, and does nothing else. Of several schedulers only the leader publishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from reconciler.errors import ReconcilerError
from reconciler.ports import Hints
from reconciler.ports.chores import Leader
from reconciler.schedule.messages import Complaints
from reconciler.schedule.timing import Timing, machine_zone, trigger

_REPLAN: Final = "replan"
_REPLAN_S = 10.0


class Scheduler:
    """``plan`` is asked again and again for what is due when: what a person commits takes effect without a restart."""

    def __init__(self, plan: Callable[[], Mapping[str, Timing]], hints: Hints, leader: Leader, complain: Callable[[str], None]) -> None:
        self._plan, self._hints, self._leader, self._complaints = plan, hints, leader, Complaints(complain)
        self._zone = machine_zone()
        self._known: dict[str, Timing] = {}
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}  # after a sleep: once, not for each time missed
        self._library: Any = BackgroundScheduler(timezone=self._zone, job_defaults=defaults, daemon=True)

    def start(self) -> None:
        self._library.start()
        self._library.add_job(self.replan, IntervalTrigger(seconds=_REPLAN_S, timezone=self._zone), id=_REPLAN)
        self.replan()

    def stop(self) -> None:
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
        for name in self._known.keys() - plan.keys():
            self._library.remove_job(name)
            del self._known[name]
        for name, timing in plan.items():
            if self._known.get(name) != timing:
                self._put(name, timing)
            else:
                self._complaints.settled(name)

    def _put(self, name: str, timing: Timing) -> None:
        try:
            when = trigger(timing, self._zone)
        except ReconcilerError as error:
            self._complaints.note(f"{name}: {error}", name)
            return
        self._library.add_job(self.fire, when, args=[name], id=name, replace_existing=True)
        self._known[name] = timing
        self._complaints.settled(name)
