"""Exports on a schedule: kept in `reconciler.yaml`, listed with what they left."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate, problem

SCHEDULES, ARTIFACTS = "/api/v1/export/schedules", "/api/v1/artifacts"
NIGHTLY: dict[str, Any] = {"name": "nightly", "what": "configs", "cron": "30 3 * * *", "keep": 2}


@pytest.fixture
def gate() -> Gate:
    return Gate(adopted("one"))


def added(gate: Gate, **changed: Any) -> dict[str, Any]:
    answer = gate.as_("admin").post(SCHEDULES, json={**NIGHTLY, **changed})
    assert answer.is_success, answer.text
    return dict(answer.json())


def test_a_schedule_is_a_commit_and_says_when_it_is_due(gate: Gate) -> None:
    shown = added(gate)
    assert (shown["format"], shown["kept"], shown["last"]) == ("zip", 0, None)
    assert shown["next_run"] % 86_400 == 3.5 * 3600
    assert 0 < shown["next_run"] - gate.world.clock.now() <= 86_400
    assert "name: nightly" in gate.world.main()["reconciler.yaml"]
    assert gate.world.store.read(gate.world.head).subject == "Add the export nightly"
    assert gate.as_("viewer").get(SCHEDULES).json()["items"] == [shown]


def test_a_schedule_is_changed_in_its_place_and_removed(gate: Gate) -> None:
    added(gate)
    added(gate, name="hourly")
    changed = gate.as_("admin").put(f"{SCHEDULES}/nightly", json={"what": "audit", "every_s": 3600, "format": "csv"}).json()
    assert (changed["what"], changed["cron"], changed["every_s"], changed["format"], changed["keep"]) == ("audit", None, 3600, "csv", 10)
    assert changed["next_run"] == gate.world.clock.now() + 3600
    assert gate.as_("admin").delete(f"{SCHEDULES}/nightly").is_success
    assert [s["name"] for s in gate.as_("viewer").get(SCHEDULES).json()["items"]] == ["hourly"]
    assert problem(gate.as_("viewer").get(f"{SCHEDULES}/nightly")) == (404, "missing")


def test_what_was_made_is_listed_with_its_checksum_and_taken_away(gate: Gate) -> None:
    added(gate)
    operator = gate.as_("operator")
    made = operator.post(f"{SCHEDULES}/nightly/run").json()
    (listed,) = operator.get(ARTIFACTS, params={"type": "export", "schedule": "nightly"}).json()["items"]
    assert listed == made
    data = operator.get(f"{ARTIFACTS}/{made['id']}")
    assert f"sha256:{hashlib.sha256(data.content).hexdigest()}" == made["checksum"]
    assert (len(data.content), data.headers["content-type"]) == (made["size_bytes"], "application/zip")
    assert gate.as_("viewer").get(f"{SCHEDULES}/nightly").json()["last"] == made


def test_an_export_is_taken_away_by_who_may_export(gate: Gate) -> None:
    added(gate)
    made = gate.as_("operator").post(f"{SCHEDULES}/nightly/run").json()
    assert problem(gate.as_("viewer").get(f"{ARTIFACTS}/{made['id']}")) == (403, "not-allowed")
    gate.as_("operator").get(f"{ARTIFACTS}/{made['id']}")
    assert gate.audit.rows[-1].action == "export.download"


def test_the_oldest_go(gate: Gate) -> None:
    added(gate)
    for _ in range(4):
        gate.as_("operator").post(f"{SCHEDULES}/nightly/run")
        gate.world.clock.advance(10)
    assert (len(gate.export_files.rows), len(gate.sessions.exports.rows)) == (2, 2)
    assert gate.as_("viewer").get(f"{SCHEDULES}/nightly").json()["kept"] == 2


def test_an_export_is_removed_by_hand_and_nothing_else_is(gate: Gate) -> None:
    added(gate)
    made = gate.as_("operator").post(f"{SCHEDULES}/nightly/run").json()
    assert gate.as_("admin").delete(f"{ARTIFACTS}/{made['id']}").is_success
    assert (gate.export_files.rows, gate.sessions.exports.rows) == ({}, [])


@pytest.mark.parametrize(
    "changed",
    [
        {"cron": None},
        {"every_s": 3600},
        {"cron": "99 3 * * *"},
        {"what": "client"},
        {"what": "client", "client": "laptop-1/nobody/user"},
        {"client": "laptop-1/codex/user"},
    ],
    ids=["no time", "two times", "no time of day", "no client", "an unknown client", "a client for nothing"],
)
def test_what_cannot_be_done_is_refused_before_it_is_committed(gate: Gate, changed: dict[str, Any]) -> None:
    head = gate.world.head
    assert problem(gate.as_("admin").post(SCHEDULES, json={**NIGHTLY, **changed})) == (422, "stalled")
    assert gate.world.head == head


def test_a_name_is_given_once(gate: Gate) -> None:
    added(gate)
    assert problem(gate.as_("admin").post(SCHEDULES, json=NIGHTLY)) == (422, "stalled")


def test_what_another_machine_makes_is_shown_and_not_made_here(gate: Gate) -> None:
    assert added(gate, machine="laptop-2")["next_run"] is None
    assert problem(gate.as_("operator").post(f"{SCHEDULES}/nightly/run")) == (422, "stalled")


def test_before_there_is_a_repository_there_are_none() -> None:
    assert Gate().as_("viewer").get(SCHEDULES).json()["items"] == []
