from __future__ import annotations

import pytest

from bench.scrolling import FRAME_MS, figures, figures_of


def test_a_frame_that_took_three_has_dropped_two() -> None:
    found = figures_of({"logs": {"frames": [FRAME_MS] * 7 + [3 * FRAME_MS], "most": 40}}, {"logs": "100 rows"})
    assert {one.work.rpartition(", ")[2]: round(one.value, 1) for one in found} == {"rows in the page at most": 40, "p50": 16.7, "longest frame": 50.0, "frames dropped": 20.0}


def test_without_a_browser_there_is_nothing_to_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert figures("http://127.0.0.1:1", "reader", "x", {}) == []
