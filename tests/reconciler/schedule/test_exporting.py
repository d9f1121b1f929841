"""Which exports are due, and what goes wrong with them."""

from __future__ import annotations

import pytest

from reconciler.errors import Retryable
from reconciler.schedule.exporting import SCHEDULER
from reconciler.schedule.timing import EXPORTS, timings
from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate

DAY_S = 86_400


@pytest.fixture
def gate() -> Gate:
    """A nightly export of everything, seen for the first time now."""
    gate = Gate(adopted("one"))
    gate.world.set_settings("exports: [{name: nightly, what: configs, cron: 30 3 * * *}]\n")
    gate.services.exporting.once()
    return gate


def made(gate: Gate) -> list[float]:
    gate.services.exporting.once()
    return [export.created_at for export in gate.sessions.exports.rows]


def test_nothing_is_made_before_it_is_due_and_looking_writes_nothing(gate: Gate) -> None:
    before = gate.world.snapshot()
    assert made(gate) == []
    assert gate.world.snapshot() == before


def test_it_is_made_once_when_it_is_due(gate: Gate) -> None:
    gate.world.clock.advance(DAY_S)
    at = gate.world.clock.now()
    assert made(gate) == [at]
    assert made(gate) == [at]
    assert [(r.actor, r.action, r.target) for r in gate.audit.rows] == [(SCHEDULER, "export.make", "nightly")]


def test_a_machine_that_slept_through_it_makes_one_when_it_wakes(gate: Gate) -> None:
    gate.world.clock.advance(5 * DAY_S)
    assert len(made(gate)) == 1
    gate.world.clock.advance(DAY_S)
    assert len(made(gate)) == 2


def test_other_times_count_from_when_they_are_seen(gate: Gate) -> None:
    gate.world.clock.advance(DAY_S)
    gate.world.set_settings("exports: [{name: nightly, what: configs, every_s: 600}]\n")
    assert made(gate) == []
    gate.world.clock.advance(600)
    assert len(made(gate)) == 1


def test_what_cannot_be_listed_is_not_kept_and_is_tried_again(gate: Gate) -> None:
    gate.world.clock.advance(DAY_S)
    gate.sessions.exports.is_away = True
    with pytest.raises(Retryable, match="nightly: the database is away"):
        gate.services.exporting.once()
    assert gate.export_files.rows == {}
    gate.sessions.exports.is_away = False
    assert len(made(gate)) == 1


def test_one_that_fails_holds_up_no_other(gate: Gate) -> None:
    gate.world.set_settings("exports: [{name: a, what: client, client: laptop-1/gone/user, every_s: 60}, {name: b, what: history, every_s: 60}]\n")
    gate.services.exporting.once()
    gate.world.clock.advance(60)
    with pytest.raises(Retryable, match="export a: "):
        gate.services.exporting.once()
    assert [export.schedule for export in gate.sessions.exports.rows] == ["b"]


def test_another_machines_export_is_left_to_it(gate: Gate) -> None:
    gate.world.set_settings("exports: [{name: a, what: history, every_s: 60, machine: laptop-2}]\n")
    gate.world.clock.advance(DAY_S)
    assert made(gate) == []


def test_nobody_looks_while_there_is_nothing_to_export() -> None:
    assert EXPORTS not in timings({}, [])
    assert EXPORTS in timings({"exports": [{"name": "a", "what": "audit", "every_s": 60}]}, [])
