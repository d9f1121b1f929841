"""The way of an event: from whoever writes it, masked, in one shape, to every outlet. Nobody waits, whatever is away."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Callable, Sequence

import pytest

from reconciler.errors import Retryable, Stalled
from reconciler.mapping.secret_guard import leaks, spelled
from reconciler.ports.logs import LogRecord
from reconciler.telemetry import carrying, event_log
from reconciler.telemetry.carrying import Carrying
from reconciler.telemetry.event_log import QueuedLog
from reconciler.telemetry.forwarding import forwarding
from reconciler.telemetry.lines import Lines
from tests.fakes.accounts import MemoryLog
from tests.fakes.clock import FakeClock
from tests.fakes.logs import MemoryLogs
from tests.fakes.measures import MemoryMeasures

SECRET = "ghp_" + "AbCd0123456789efGH" * 2
OF_VAULT = "correct-Horse7"
LIMIT_S = 30.0


def made(*outlets: object, find: Callable[[str], Sequence[str]] = lambda text: leaks(text, spelled([OF_VAULT]))) -> tuple[QueuedLog, MemoryMeasures]:
    measures = MemoryMeasures()
    return QueuedLog(outlets, find, FakeClock(5.0), measures), measures  # type: ignore[arg-type]


def written(*events: tuple[str, str, dict[str, object]], **more: object) -> list[dict[str, object]]:
    """The lines that come out."""
    out = io.StringIO()
    log, _ = made(Lines(out), **more)  # type: ignore[arg-type]
    for event in events:
        log.write(*event)
    log.close()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_line_with_session_target_and_revision() -> None:
    (line,) = written(("info", "target", {"target": "laptop-1/codex/user", "session": "s1", "revision": "4f2c", "outcome": "converged"}))
    assert line == {"at": 5.0, "level": "info", "event": "target", "target": "laptop-1/codex/user", "session": "s1", "revision": "4f2c", "fields": {"outcome": "converged"}}


def test_secrets_are_taken_out_wherever_they_stand() -> None:
    deep = {"target": f"x/{SECRET}", "note": f"a {SECRET} b", "deep": [{SECRET: (OF_VAULT,)}], "error": OSError(OF_VAULT), "bytes": OF_VAULT.encode()}
    lines = written(("info", f"event {OF_VAULT}", deep))
    assert SECRET not in repr(lines)
    assert OF_VAULT not in repr(lines)


def test_while_the_vault_cannot_be_read_no_field_is_told() -> None:
    def broken(text: str) -> list[str]:
        raise Stalled("the vault is damaged")

    (line,) = written(("info", "target", {"target": "laptop-1/codex/user", "note": OF_VAULT}), find=broken)
    assert (line["event"], line["target"]) == ("target", "laptop-1/codex/user")
    assert OF_VAULT not in repr(line)


@pytest.mark.parametrize("odd", [float("nan"), {1: {2}}, {"event": "x", "level": 1, "record": 2}, object(), "\x00\ud800\n", "x" * 200_000, ["x" * 7_000] * 50], ids=range(7))
def test_whatever_an_event_holds_one_line_of_json_comes_out(odd: object) -> None:
    out = io.StringIO()
    log, measures = made(Lines(out))
    log.write("info", "odd", {"odd": odd})
    log.close()
    (line,) = out.getvalue().splitlines()
    assert json.loads(line, parse_constant=pytest.fail)["event"] == "odd"
    assert len(line) < 110_000
    assert measures.told == []


def test_lines_come_in_the_order_of_writing() -> None:
    events = [("info", str(number), {}) for number in range(500)]
    assert [line["event"] for line in written(*events)] == [str(number) for number in range(500)]


def test_the_last_words_come_out_after_it_was_closed() -> None:
    out = io.StringIO()
    log, _ = made(Lines(out))
    log.close()
    log.write("info", "stopped", {})
    assert json.loads(out.getvalue())["event"] == "stopped"


def test_a_reader_that_went_away_stops_nothing() -> None:
    out, kept = io.StringIO(), MemoryLogs()
    out.close()
    log, measures = made(Lines(out), Carrying("memory", kept, MemoryMeasures()))
    log.write("info", "target", {})
    log.close()
    assert len(kept.rows) == 1
    assert measures.told == []


class Stuck:
    """An outlet that takes nothing until it is told to."""

    def __init__(self) -> None:
        self.go, self.taken = threading.Event(), 0

    def take(self, record: LogRecord) -> None:
        self.go.wait(LIMIT_S)
        self.taken += 1

    def close(self) -> None: ...


def test_while_the_output_is_stuck_nobody_waits_and_what_is_dropped_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "MOST_WAITING", 10)
    stuck = Stuck()
    log, measures = made(stuck)
    for number in range(50):
        log.write("info", str(number), {})
    stuck.go.set()
    log.close()
    dropped = sum(count for _, count in measures.of("dropped"))
    assert 39 <= dropped <= 40  # one may be in hand
    assert stuck.taken + dropped == 50


# ---------------------------------------------------------------- to where they are kept


class Scripted(MemoryLogs):
    """Raises these, one after the other, and then keeps what comes."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors, self.tries, self.tried, self.kept = list(errors), 0, threading.Event(), threading.Event()

    def add(self, records: Sequence[LogRecord]) -> None:
        self.tries += 1
        self.tried.set()
        if self.errors:
            raise self.errors.pop(0)
        super().add(records)
        self.kept.set()


ONE = LogRecord(1.0, "info", "target", "", "", {})


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses: what takes seconds in use takes none here."""
    for name in ("_GATHER_S", "_FIRST_PAUSE_S", "_LONGEST_PAUSE_S"):
        monkeypatch.setattr(carrying, name, 0.0)


@pytest.mark.usefixtures("at_once")
def test_what_cannot_be_kept_now_is_tried_again_until_it_is() -> None:
    logs, measures = Scripted(Retryable("away", 0.0), Retryable("away", 0.0)), MemoryMeasures()
    carried = Carrying("loki", logs, measures)
    carried.take(ONE)
    assert logs.kept.wait(LIMIT_S)
    carried.close()
    assert (logs.rows, logs.tries, carried.problem, measures.of("dropped")) == ([ONE], 3, "", [("loki", 0)])


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("error", [Stalled("refused"), ValueError("a bug")], ids=["refused", "bug"])
def test_what_will_never_be_kept_is_dropped_and_counted_and_the_next_goes_on(error: Exception) -> None:
    logs, measures = Scripted(error), MemoryMeasures()
    carried = Carrying("loki", logs, measures)
    carried.take(ONE)
    assert logs.tried.wait(LIMIT_S)
    carried.take(ONE)
    assert logs.kept.wait(LIMIT_S)
    carried.close()
    assert sum(count for _, count in measures.of("dropped")) == 1


def test_a_keeper_that_stays_away_costs_what_is_over_the_bound_and_the_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "MOST_WAITING", 10)
    logs, measures = Scripted(*[Retryable("away", 60.0)] * 9), MemoryMeasures()
    carried = Carrying("loki", logs, measures)
    for _ in range(25):
        carried.take(ONE)
    carried.close()
    assert sum(count for _, count in measures.of("dropped")) == 25
    assert carried.problem == "away"


def test_what_waits_is_kept_at_the_end() -> None:
    logs = MemoryLogs()
    carried = Carrying("loki", logs, MemoryMeasures())
    for _ in range(1200):
        carried.take(ONE)
    carried.close()
    assert len(logs.rows) == 1200


# ---------------------------------------------------------------- what libraries say


def test_what_a_library_says_is_an_event_without_its_traceback() -> None:
    log = MemoryLog()
    with forwarding(log):
        try:
            raise ValueError(OF_VAULT)
        except ValueError:
            logging.getLogger("uvicorn.error").exception("it broke\nTraceback")
        logging.getLogger("uvicorn.error").info("Started")
        logging.getLogger("some.library").debug("details")
    logging.getLogger("uvicorn.error").warning("after the end")
    assert log.lines == [
        {"level": "error", "event": "message", "logger": "uvicorn.error", "message": "it broke", "type": "ValueError"},
        {"level": "info", "event": "message", "logger": "uvicorn.error", "message": "Started"},
    ]
