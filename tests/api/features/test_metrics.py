"""Numbers for Prometheus."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate


def values(gate: Gate) -> dict[tuple[str, str, str], float]:
    text = gate.client.get("/metrics").text
    return {
        (s.name, s.labels.get("target", ""), s.labels.get("condition", "")): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }


def test_each_target_says_which_conditions_hold() -> None:
    world = adopted("one")
    world.change_server("codex", "one", args=["--fast"])
    found = values(Gate(world))
    assert found["reconciler_sync_status", "laptop-1/codex/user", "Drifted"] == 1
    assert found["reconciler_sync_status", "laptop-1/qwen/user", "Drifted"] == 0
    assert found["reconciler_conflicts_open", "", ""] == 0


def test_it_answers_without_a_repository() -> None:
    assert Gate().client.get("/metrics").is_success
