"""What is true now, as metrics. docs/observability.md has names and labels; none holds a value of a config."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.services import Services
from reconciler.errors import ReconcilerError
from reconciler.ports import Waiting

_CONDITIONS = ("Ready", "Stalled", "Drifted", "Conflict", "Held", "Gap", "Suspended", "Stale")


class Counted(Collector):
    """What happened since the start."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterable[Metric]:
        return self._services.measured()


class Now(Collector):
    """Collected at each scrape from the board."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[GaugeMetricFamily]:
        parts = GaugeMetricFamily("reconciler_part_up", "Whether a part of the service works.", labels=["part"])
        for name, problem in self._services.problems().items():
            parts.add_metric([name], float(not problem))
        yield parts
        yield from _waiting(self._services.hints())
        try:
            view = self._services.board.view()
        except ReconcilerError:
            return  # no repository yet: there is nothing to measure
        yield from _targets([c for c in view.clients if c["registered"]])
        kinds = Counter(i["kind"] for i in view.items)
        yield GaugeMetricFamily("reconciler_conflicts_open", "Conflicts that wait for a person.", kinds["conflict"])
        yield GaugeMetricFamily("reconciler_approvals_open", "Changes that wait for an approver.", kinds["held"])
        yield GaugeMetricFamily("reconciler_main_problems", "What is wrong with the files of main.", len(view.problems))


def _waiting(hints: Waiting) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("reconciler_queue_depth", "Hints that no pass has taken yet.", hints.count)
    yield GaugeMetricFamily("reconciler_queue_age_seconds", "For how long the oldest of them has waited.", hints.oldest_s)


def _targets(rows: list[Any]) -> Iterator[GaugeMetricFamily]:
    status = GaugeMetricFamily("reconciler_sync_status", "1 where the condition holds of the target.", labels=["target", "client", "condition"])
    changed = GaugeMetricFamily("reconciler_last_change_timestamp_seconds", "When the target's client last changed main.", labels=["target", "client"])
    drifted = GaugeMetricFamily("reconciler_drifted_fields", "Fields of its files that differ from what was last agreed.", labels=["target", "client"])
    fights = GaugeMetricFamily("reconciler_fights", "Targets whose files something keeps writing back.")
    fights.add_metric([], sum(c["reason"] == "Fight" for row in rows for c in row["conditions"][:1]))
    for row in rows:
        holding = {c["type"] for c in row["conditions"] if c["status"] == "True"}
        for name in _CONDITIONS:
            status.add_metric([row["id"], row["type"], name], float(name in holding))
        drifted.add_metric([row["id"], row["type"]], row["drifted_fields"])
        if row["last_change"]:
            changed.add_metric([row["id"], row["type"]], row["last_change"]["at"])
    yield from (status, changed, drifted, fights)
