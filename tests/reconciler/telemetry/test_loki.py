"""The wire to Loki, against a stand-in that takes only what its documentation describes."""

from __future__ import annotations

import base64
import json
import threading

import pytest

from reconciler.errors import Retryable, Stalled
from reconciler.ports.logs import LogRecord
from reconciler.telemetry.loki import LokiLogs
from tests.fakes.clock import FakeClock
from tests.fakes.loki import loki

NOW = 1_700_000_000.0
PASSWORD = "pass" + "word-of-ann"


def record(at: float = NOW, target: str = "laptop-1/codex/user", **fields: object) -> LogRecord:
    return LogRecord(at, "info", "target", target, "", fields)


def test_records_go_out_as_streams_by_few_labels_in_the_order_of_their_times() -> None:
    with loki(now_ns=int(NOW) * 10**9) as server:
        LokiLogs(server.address, "laptop-1", FakeClock()).add([record(NOW + 0.000002), record(NOW), record(NOW, target="")])
        (body,) = map(json.loads, server.bodies)
    assert [stream["stream"] for stream in body["streams"]] == [
        {"job": "reconciler", "machine": "laptop-1", "level": "info", "client": "codex"},
        {"job": "reconciler", "machine": "laptop-1", "level": "info"},
    ]
    assert [ns for ns, _ in body["streams"][0]["values"]] == ["1700000000000000000", "1700000000000002000"]


def test_a_line_is_the_shape_that_the_api_answers() -> None:
    with loki(now_ns=int(NOW) * 10**9) as server:
        LokiLogs(server.address, "laptop-1", FakeClock()).add([record(outcome="converged")])
        (line,) = map(json.loads, server.lines)
    assert line == {"at": NOW, "level": "info", "event": "target", "target": "laptop-1/codex/user", "session": "", "revision": "", "fields": {"outcome": "converged"}}


def test_who_it_is_and_for_whom_is_shown_in_headers() -> None:
    login = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    with loki(now_ns=int(NOW) * 10**9, login=login, tenant="team-1") as server:
        LokiLogs(server.address.replace("//", f"//ann:{PASSWORD}@") + "/loki/api/v1/push", "laptop-1", FakeClock(), "team-1").add([record()])
        assert len(server.lines) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_loki_cannot_take_now_is_to_be_tried_again_when_it_says(status: int) -> None:
    with loki(answers=[(status, {"Retry-After": "7"})]) as server, pytest.raises(Retryable) as caught:
        LokiLogs(server.address, "laptop-1", FakeClock()).add([record()])
    assert caught.value.after_s == 7


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_what_loki_refuses_is_not_tried_again(status: int) -> None:
    with loki(answers=[(status, {})]) as server, pytest.raises(Stalled, match=f"answered {status}"):
        LokiLogs(server.address, "laptop-1", FakeClock()).add([record()])


def test_a_loki_that_is_away_is_told_without_the_password() -> None:
    away = LokiLogs(f"http://ann:{PASSWORD}@127.0.0.1:9", "laptop-1", FakeClock())
    for ask in (lambda: away.add([record()]), lambda: away.search({}, 1, 0)):
        with pytest.raises(Retryable, match=r"Loki at http://127\.0\.0\.1:9 does not answer") as caught:
            ask()
        assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("url", ["loki:3100", "ftp://loki", "http://", f"//ann:{PASSWORD}@x"])
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Stalled, match="expected http://host:3100") as caught:
        LokiLogs(url, "laptop-1", FakeClock())
    assert PASSWORD not in str(caught.value)


def test_without_a_beginning_a_question_is_about_thirty_days_which_loki_allows() -> None:
    with loki(now_ns=int(NOW) * 10**9) as server:
        made = LokiLogs(server.address, "laptop-1", FakeClock(NOW))
        made.add([record()])
        assert made.search({"since": "0"}, 10, 0)[1] == 1


def test_what_others_write_under_the_same_name_is_shown_as_its_text() -> None:
    with loki(now_ns=int(NOW) * 10**9) as server:
        server.streams[(("job", "reconciler"),)] = [(int(NOW) * 10**9, "no json")]
        (found,), total = LokiLogs(server.address, "laptop-1", FakeClock(NOW)).search({}, 10, 0)
    assert (found.event, found.at, total) == ("no json", NOW, 1)


def test_threads_may_share_it() -> None:
    with loki(now_ns=int(NOW) * 10**9) as server:
        made = LokiLogs(server.address, "laptop-1", FakeClock(NOW))
        threads = [threading.Thread(target=made.add, args=[[record(number=n)]]) for n in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert len(server.lines) == 8
