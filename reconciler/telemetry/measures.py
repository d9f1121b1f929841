"""What is counted, as Prometheus reads it. docs/observability.md has every name, and a test compares."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric

from reconciler.model.names import TargetId
from reconciler.ports.measures import CommandResult, PassKind

_PASS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_WAIT_S = (0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 15, 60, 300, 3600, 86400)
"""From a save that is followed at once to a machine that was away for a day."""


class PrometheusMeasures:
    """``reconciler.ports.measures.Measures``. Of one process, from its start on."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        by = ("client", "result", "kind")
        self._took = Histogram("reconciler_reconcile_duration_seconds", "How long a pass worked on a target.", by, registry=registry, buckets=_PASS_S)
        self._passes = Counter("reconciler_reconcile", "Passes over a target.", by, registry=registry)
        self._committed = Histogram(
            "reconciler_event_to_commit_seconds", "From the event of an edit to its commit.", ["client"], registry=registry, buckets=_WAIT_S
        )
        self._applied = Histogram(
            "reconciler_commit_to_applied_seconds", "From a commit of main to the client's files.", ["client"], registry=registry, buckets=_WAIT_S
        )
        self._git = Histogram("reconciler_git_operation_duration_seconds", "How long an operation of Git took.", ["operation"], registry=registry)
        self._retries = Counter("reconciler_push_retries", "Pushes that others were quicker than.", registry=registry)
        self._last = Gauge(
            "reconciler_last_sync_timestamp_seconds", "When a pass last ended well with the target.", ["target", "client"], registry=registry
        )
        self._commands = Counter("reconciler_commands", "Commands that came over the socket.", ["command", "result"], registry=registry)
        self._dropped = Counter("reconciler_log_drops", "Records of the log, and errors, that could not be kept.", ["to"], registry=registry)

    def reconciled(self, target: TargetId, client: str, result: str, kind: PassKind, took_s: float, at: float) -> None:
        self._took.labels(client, result, kind).observe(max(0.0, took_s))
        self._passes.labels(client, result, kind).inc()
        if result != "stalled":
            self._last.labels(target, client).set(at)

    def committed(self, client: str, after_s: float) -> None:
        self._committed.labels(client).observe(max(0.0, after_s))

    def applied(self, client: str, after_s: float) -> None:
        self._applied.labels(client).observe(max(0.0, after_s))

    def git(self, operation: str, took_s: float) -> None:
        self._git.labels(operation).observe(took_s)

    def push_retried(self) -> None:
        self._retries.inc()

    def dropped(self, what: str, count: int) -> None:
        self._dropped.labels(what).inc(count)

    def commanded(self, command: str, result: CommandResult) -> None:
        self._commands.labels(command, result).inc()

    def collect(self) -> Iterator[Metric]:
        """For a registry of Prometheus' own library, which reads this at each scrape. When each series began is left out: nobody asks."""
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
