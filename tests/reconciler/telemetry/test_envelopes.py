"""Errors on the wire to GlitchTip, against a stand-in that takes only what the protocol documents."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import pytest

from reconciler.errors import Stalled
from reconciler.mapping.secret_guard import leaks, spelled
from reconciler.settings import settings_from
from reconciler.telemetry.envelopes import Envelopes
from reconciler.telemetry.event_log import QueuedLog
from reconciler.telemetry.faults import LoggedFaults
from reconciler.wiring.telemetry import report_once
from tests.fakes.clock import FakeClock
from tests.fakes.glitchtip import KEY, GlitchTip, glitchtip
from tests.fakes.measures import MemoryMeasures

LIMIT_S = 30.0
HIDDEN = "what-Nobody-must-read-7"


def broken(local: str) -> None:
    try:
        {}[local]
    except KeyError as error:
        raise ValueError(local) from error


def reported(server: GlitchTip, times: int = 1) -> MemoryMeasures:
    measures = MemoryMeasures()
    log = QueuedLog([Envelopes(server.dsn, "laptop-1", "1.2", measures)], lambda text: leaks(text, spelled([HIDDEN])), FakeClock(), measures)
    for _ in range(times):
        try:
            broken(HIDDEN)
        except ValueError as error:
            LoggedFaults(log).report(error, {"request": "ab12", "target": "laptop-1/codex/user", "note": HIDDEN})
    log.close()
    return measures


def test_an_error_is_one_envelope_as_the_protocol_has_it() -> None:
    with glitchtip() as server:
        reported(server)
        assert server.refused == []
        (event,) = server.events
    cause, error = event["exception"]["values"]
    assert (cause["type"], error["type"]) == ("KeyError", "ValueError")
    assert [frame["function"] for frame in error["stacktrace"]["frames"]] == ["reported", "broken"]
    assert error["value"].startswith(f"at {__name__}:")
    assert (event["release"], event["server_name"], event["level"]) == ("reconciler@1.2", "laptop-1", "error")
    assert event["tags"]["request"] == "ab12"
    assert event["tags"]["target"] == "laptop-1/codex/user"


def test_each_error_is_an_envelope_of_its_own_and_nothing_else_is_sent() -> None:
    with glitchtip() as server:
        reported(server, times=5)
        assert (len(server.bodies), len(server.events), server.refused) == (5, 5, [])
    assert len({event["event_id"] for event in server.events}) == 5


def test_no_text_variable_request_or_path_of_this_machine_is_in_it() -> None:
    with glitchtip() as server:
        reported(server)
        sent = b"".join(server.bodies).decode()
    assert HIDDEN not in sent
    for own in (str(Path(__file__).parent), os.getcwd(), f"/{getpass.getuser()}/"):
        assert own not in sent


def test_what_is_no_fault_is_not_sent() -> None:
    with glitchtip() as server:
        measures = MemoryMeasures()
        log = QueuedLog([Envelopes(server.dsn, "laptop-1", "1.2", measures)], lambda _: (), FakeClock(), measures)
        log.write("error", "target", {"outcome": "stalled"})
        log.close()
        assert server.bodies == []


@pytest.mark.parametrize("dsn", ["glitchtip", "https://host/1", f"https://{KEY}@host", "ftp://x@y/1", f"https://{KEY}@/1"])
def test_what_is_no_dsn_is_refused_without_repeating_it(dsn: str) -> None:
    with pytest.raises(Stalled, match="expected https://KEY@host/PROJECT") as caught:
        Envelopes(dsn, "laptop-1", "1.2", MemoryMeasures())
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_refuses_stops_nothing_and_what_is_lost_is_counted(status: int) -> None:
    with glitchtip(status=status) as server:
        measures = reported(server, times=3)
        assert server.bodies
    assert measures.of("dropped") == [("errors", 1)] * 3


def test_a_command_that_ends_by_an_unexpected_error_tells_it_before_it_ends(tmp_path: Path) -> None:
    with glitchtip() as server:
        settings = settings_from({"HOME": str(tmp_path), "RECONCILER_HOME": str(tmp_path / "state"), "RECONCILER_SENTRY_DSN": server.dsn})
        try:
            broken(HIDDEN)
        except ValueError as error:
            report_once(settings, error, "sync")
        (event,) = server.events
    assert event["tags"]["command"] == "sync"
