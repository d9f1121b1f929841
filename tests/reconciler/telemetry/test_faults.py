"""Unexpected errors leave one line, which says where and never what."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from reconciler.telemetry.faults import LoggedFaults, reporting
from tests.fakes.accounts import MemoryFaults, MemoryLog

HIDDEN = "what nobody must read"


def fault() -> Exception:
    """An error from another one, both with a text."""
    try:
        try:
            {}[HIDDEN]
        except KeyError as error:
            raise ValueError(HIDDEN) from error
    except ValueError as error:
        return error


def reported(error: Exception) -> dict[str, Any]:
    log = MemoryLog()
    LoggedFaults(log).report(error, {"request": "ab12"})
    (line,) = log.lines
    return line


def test_a_fault_is_one_event_with_its_type_its_place_and_its_request() -> None:
    line = reported(fault())
    assert (line["level"], line["event"], line["type"], line["causes"], line["request"]) == ("error", "fault", "ValueError", ["KeyError"], "ab12")
    assert line["places"][-1].startswith(f"{__name__}:")


def test_no_text_of_an_error_is_told() -> None:
    assert HIDDEN not in repr(reported(fault()))


def test_a_deep_fault_tells_its_innermost_places() -> None:
    def deep(left: int) -> None:
        if left:
            deep(left - 1)
        raise OSError(HIDDEN)

    with pytest.raises(OSError, match=HIDDEN) as caught:
        deep(100)
    assert len(reported(caught.value)["places"]) == 12


def test_errors_that_name_each_other_in_a_ring_end() -> None:
    one, other = ValueError(HIDDEN), KeyError(HIDDEN)
    one.__cause__, other.__cause__ = other, one
    assert reported(one)["causes"] == ["KeyError"]


def test_a_thread_that_ends_by_an_error_is_reported_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    faults = MemoryFaults()

    def broken() -> None:
        raise ValueError(HIDDEN)

    with reporting(faults):
        thread = threading.Thread(target=broken)
        thread.start()
        thread.join()
    assert [type(error) for error in faults.seen] == [ValueError]
    assert capsys.readouterr().err == ""
