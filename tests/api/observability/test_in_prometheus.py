"""Every expression that is shipped, run by a real Prometheus on a real scrape; and each alert fires when it should, not before."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.api.observability.prometheus import PROMTOOL, WHY_NOT, Prometheus, prometheus
from tests.api.observability.served import served
from tests.api.observability.test_documented import SHIPPED

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]
ALERTS = SHIPPED / "alerts.yml"
RULES = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
VARIABLES = {"$job": "reconciler", "$instance": ".*", "$client": ".*", "$__rate_interval": "5s"}


def of_dashboard() -> list[str]:
    panels = json.loads((SHIPPED / "dashboard.json").read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with served() as address, prometheus(tmp_path_factory.mktemp("prometheus"), address, ALERTS) as found:
        found.until_series("rate(reconciler_push_retries_total[5s]) == 0")
        yield found


@pytest.mark.parametrize("expression", of_dashboard())
def test_every_expression_of_the_dashboard_has_an_answer(running: Prometheus, expression: str) -> None:
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    assert "$" not in expression
    assert running.until_series(expression)


def test_every_variable_of_the_dashboard_has_values(running: Prometheus) -> None:
    variables = json.loads((SHIPPED / "dashboard.json").read_text())["templating"]["list"]
    asked = [v["definition"].removeprefix("label_values(").rstrip(")").split(", ") for v in variables if v["type"] == "query"]
    assert len(asked) == 3
    assert all(running.asked(f"label/{label}/values", **{"match[]": metric}) for metric, label in asked)


def test_every_alert_is_understood_and_judged_without_an_error(running: Prometheus) -> None:
    for rule in RULES:
        running.series(rule["expr"])
    running.until_series('prometheus_rule_group_last_duration_seconds > 0 or vector(1)')
    judged = [rule for group in running.asked("rules")["groups"] for rule in group["rules"]]
    assert {rule["name"]: rule.get("lastError", "") for rule in judged} == {rule["alert"]: "" for rule in RULES}


# ---------------------------------------------------------------- when they fire

TARGET = 'instance="here", job="reconciler", client="codex", target="l/codex/user"'
HERE = 'instance="here", job="reconciler"'
CALM = {
    f'reconciler_part_up{{{HERE}, part="database"}}': "1x400",
    f'reconciler_sync_status{{{TARGET}, condition="Stalled"}}': "0x400",
    f'reconciler_sync_status{{{TARGET}, condition="Suspended"}}': "0x400",
    f"reconciler_last_sync_timestamp_seconds{{{TARGET}}}": "0+300x400",
    f"reconciler_main_problems{{{HERE}}}": "0x400",
    f"reconciler_conflicts_open{{{HERE}}}": "0x400",
    f"reconciler_approvals_open{{{HERE}}}": "0x400",
    f"reconciler_fights{{{HERE}}}": "0x400",
    f"reconciler_drifted_fields{{{TARGET}}}": "0x400",
    f"reconciler_queue_age_seconds{{{HERE}}}": "0x400",
    f"reconciler_push_retries_total{{{HERE}}}": "0x400",
    f'reconciler_log_drops_total{{{HERE}, to="loki"}}': "0x400",
    **{
        f'{name}_bucket{{{HERE}{more}, le="{le}"}}': "0+10x400"
        for name, more, limits in (
            ("reconciler_reconcile_duration_seconds", "", ("0.1", "+Inf")),
            ("reconciler_event_to_commit_seconds", "", ("0.1", "+Inf")),
            ("reconciler_commit_to_applied_seconds", "", ("0.1", "+Inf")),
            ("reconciler_git_operation_duration_seconds", ', operation="commit"', ("0.1", "+Inf")),
        )
        for le in limits
    },
}
"""Five minutes a step. Nothing is wrong."""


def slow(name: str, more: str = "") -> dict[str, str]:
    """All of them take longer than the largest bucket before infinity."""
    return {f'{name}_bucket{{{HERE}{more}, le="0.1"}}': "0x400", f'{name}_bucket{{{HERE}{more}, le="3600"}}': "0x400"}


WRONG: dict[str, dict[str, str | None]] = {
    "ReconcilerAbsent": {f'reconciler_part_up{{{HERE}, part="database"}}': None},
    "ReconcilerPartDown": {f'reconciler_part_up{{{HERE}, part="database"}}': "0x400"},
    "ReconcilerTargetStalled": {f'reconciler_sync_status{{{TARGET}, condition="Stalled"}}': "1x400"},
    "ReconcilerMainInvalid": {f"reconciler_main_problems{{{HERE}}}": "2x400"},
    "ReconcilerConflictsOpen": {f"reconciler_conflicts_open{{{HERE}}}": "2x400"},
    "ReconcilerApprovalsWaiting": {f"reconciler_approvals_open{{{HERE}}}": "2x400"},
    "ReconcilerFight": {f"reconciler_fights{{{HERE}}}": "1x400"},
    "ReconcilerNotSyncing": {f"reconciler_last_sync_timestamp_seconds{{{TARGET}}}": "0x400"},
    "ReconcilerDriftStays": {f"reconciler_drifted_fields{{{TARGET}}}": "1x400"},
    "ReconcilerQueueOld": {f"reconciler_queue_age_seconds{{{HERE}}}": "0+300x400"},
    "ReconcilerPassesSlow": slow("reconciler_reconcile_duration_seconds"),  # type: ignore[dict-item]
    "ReconcilerSlowToCommit": slow("reconciler_event_to_commit_seconds"),  # type: ignore[dict-item]
    "ReconcilerSlowToApply": slow("reconciler_commit_to_applied_seconds"),  # type: ignore[dict-item]
    "ReconcilerGitSlow": slow("reconciler_git_operation_duration_seconds", ', operation="commit"'),  # type: ignore[dict-item]
    "ReconcilerPushesRetried": {f"reconciler_push_retries_total{{{HERE}}}": "0+25x400"},
    "ReconcilerLogDrops": {f'reconciler_log_drops_total{{{HERE}, to="loki"}}': "0+1x400"},
}


def fired(folder: Path, series: dict[str, str]) -> set[str]:
    """The alerts that fire after 30 hours, by promtool: it is asked whether each fires, and says what it got instead."""
    tests: list[dict[str, Any]] = [{"eval_time": "30h", "alertname": rule["alert"], "exp_alerts": []} for rule in RULES]
    test = {"rule_files": [str(ALERTS)], "evaluation_interval": "5m", "tests": [{"interval": "5m", "input_series": [{"series": s, "values": v} for s, v in series.items()], "alert_rule_test": tests}]}
    (folder / "test.yml").write_text(json.dumps(test))
    done = subprocess.run([str(PROMTOOL), "test", "rules", str(folder / "test.yml")], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    found = {line.split("alertname:")[1].split(",")[0].strip() for line in said.splitlines() if "alertname:" in line}
    assert (done.returncode == 0) == (not found), said
    return found


def test_no_alert_fires_while_nothing_is_wrong(tmp_path: Path) -> None:
    assert fired(tmp_path, CALM) == set()


@pytest.mark.parametrize("alert", [rule["alert"] for rule in RULES])
def test_each_alert_fires_for_what_it_is_about_and_for_nothing_else(tmp_path: Path, alert: str) -> None:
    series = {name: value for name, value in {**CALM, **WRONG[alert]}.items() if value is not None}
    assert fired(tmp_path, series) == {alert}


def test_a_target_that_is_suspended_is_not_missed(tmp_path: Path) -> None:
    series = {**CALM, f'reconciler_sync_status{{{TARGET}, condition="Suspended"}}': "1x400", f"reconciler_last_sync_timestamp_seconds{{{TARGET}}}": "0x400"}
    assert fired(tmp_path, series) == set()
