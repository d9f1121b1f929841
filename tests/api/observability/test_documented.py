"""The page names every metric and alert, and the files that are shipped use nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from prometheus_client.parser import text_string_to_metric_families

import api.observability
from tests.api.observability.served import busy_gate

SHIPPED = Path(api.observability.__path__[0])
PAGE = (Path(__file__).parents[3] / "docs/observability.md").read_text()


def families() -> dict[str, tuple[str, set[str]]]:
    """Each metric by the name that its samples have, with its type and labels."""
    found = {}
    for family in text_string_to_metric_families(busy_gate().client.get("/metrics").text):
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        found[family.name + ("_total" if family.type == "counter" else "")] = family.type, labels
    return found


def documented() -> dict[str, tuple[str, set[str]]]:
    found = {}
    for names, kind in re.findall(r"^\| (`reconciler_[^|]+`) \| (\w+) \|", PAGE, re.M):
        for name, labels in re.findall(r"`(\w+)(?:\{([^}]*)\})?`", names):
            found[name] = kind, {label.strip() for label in labels.split(",")} - {""}
    return found


def test_every_metric_has_its_line_with_its_type_and_labels() -> None:
    assert documented() == families()


def test_every_metric_has_a_sample_to_test_with() -> None:
    assert [family.name for family in text_string_to_metric_families(busy_gate().client.get("/metrics").text) if not family.samples] == []


def test_every_alert_has_its_line_and_says_what_to_do() -> None:
    rules = [rule for group in yaml.safe_load((SHIPPED / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
    assert {rule["alert"] for rule in rules} == set(re.findall(r"`(Reconciler\w+)`", PAGE))
    assert all({"summary", "description"} <= rule["annotations"].keys() and rule["labels"]["severity"] for rule in rules)


def test_the_shipped_files_use_no_metric_that_there_is_not() -> None:
    used = set(re.findall(r"reconciler_\w+", "".join((SHIPPED / name).read_text() for name in ("alerts.yml", "dashboard.json"))))
    samples = {re.sub(r"_bucket$", "", name) for name in used}
    assert samples <= families().keys()


def test_the_dashboard_has_panels_that_do_not_overlap() -> None:
    panels = json.loads((SHIPPED / "dashboard.json").read_text())["panels"]
    taken = [(x, y) for p in panels for x in range(p["gridPos"]["x"], p["gridPos"]["x"] + p["gridPos"]["w"]) for y in range(p["gridPos"]["y"], p["gridPos"]["y"] + p["gridPos"]["h"])]
    assert len(taken) == len(set(taken))
    assert len({p["id"] for p in panels}) == len(panels)
    assert max(x for x, _ in taken) < 24
