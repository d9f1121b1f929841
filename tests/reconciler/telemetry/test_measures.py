"""Counting never fails, whoever counts; and Prometheus reads what was counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from prometheus_client import CollectorRegistry

from reconciler.model.names import TargetId
from reconciler.ports.measures import Measures, NoMeasures
from reconciler.telemetry.measures import PrometheusMeasures
from tests.fakes.measures import MemoryMeasures

TARGET = TargetId('laptop-1/codex/project:a "b"\n')


@pytest.mark.parametrize("measures", [PrometheusMeasures(), MemoryMeasures(), NoMeasures()], ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("seconds", [0.5, -3.0, 0.0, 1e12, float("inf"), float("nan")])
def test_nothing_that_is_counted_raises(measures: Measures, seconds: float) -> None:
    measures.reconciled(TARGET, "codex", "converged", "adopted", seconds, seconds)
    measures.committed("codex", seconds)
    measures.applied("codex", seconds)
    measures.git("commit", seconds)
    measures.push_retried()
    measures.dropped("loki", 0)
    measures.commanded("sync", "done")


def value(measures: PrometheusMeasures, name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(measures)  # type: ignore[arg-type]  # it has what a collector needs
    return registry.get_sample_value(name, labels)


def test_a_pass_is_counted_by_client_result_and_kind_and_how_long_it_took() -> None:
    made, labels = PrometheusMeasures(), {"client": "codex", "result": "converged", "kind": "intentional"}
    for took_s in (0.25, 0.5):
        made.reconciled(TARGET, "codex", "converged", "intentional", took_s, 1000.0)
    assert value(made, "reconciler_reconcile_total", **labels) == 2
    assert value(made, "reconciler_reconcile_duration_seconds_sum", **labels) == 0.75


def test_a_target_that_stalls_was_not_synced() -> None:
    made, labels = PrometheusMeasures(), {"client": "codex", "target": TARGET}
    made.reconciled(TARGET, "codex", "unchanged", "intentional", 0.1, 1000.0)
    made.reconciled(TARGET, "codex", "stalled", "intentional", 0.1, 2000.0)
    assert value(made, "reconciler_last_sync_timestamp_seconds", **labels) == 1000.0


def test_a_clock_that_was_set_back_counts_as_no_time() -> None:
    made = PrometheusMeasures()
    made.applied("codex", -5.0)
    assert value(made, "reconciler_commit_to_applied_seconds_sum", client="codex") == 0


def test_threads_count_together() -> None:
    made = PrometheusMeasures()
    with ThreadPoolExecutor(8) as threads:
        for _ in range(200):
            threads.submit(made.push_retried)
    assert value(made, "reconciler_push_retries_total") == 200
