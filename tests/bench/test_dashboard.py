from __future__ import annotations

from bench.dashboard import figures

PAGE = b'<script type="module" src="/assets/index-1a2b3c4d.js"></script><link rel="modulepreload" href="/assets/react-1a2b3c4d.js">'


def test_the_first_page_is_what_it_names_and_one_language() -> None:
    files = {"index.html": PAGE, **{f"assets/{name}-1a2b3c4d.js": b"" for name in ("index", "react", "en")}}
    [first] = figures(files)
    assert (first.value, first.budget) == (0.06, 180.0)


def test_a_page_of_its_own_is_not_of_the_start() -> None:
    files = {"index.html": PAGE, "assets/index-1a2b3c4d.js": b"", "assets/react-1a2b3c4d.js": b"", "assets/Logs-1a2b3c4d.js": bytes(range(256)) * 8_000}
    assert [one.work for one in figures(files)] == ["dashboard, scripts of the first page", "dashboard, later: Logs"]


def test_without_a_build_there_is_nothing_to_measure() -> None:
    assert figures({}) == []
