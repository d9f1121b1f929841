"""Pauses are counted on a stopwatch, not on the time of day."""

from __future__ import annotations

import time

import pytest

from reconciler.deploy.clock import SystemStopwatch


def test_a_stopwatch_goes_on_when_the_time_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = SystemStopwatch().elapsed()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert SystemStopwatch().elapsed() >= before > 0.0
