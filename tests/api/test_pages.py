"""The dashboard's files: how they are kept, and that they never stand before the API."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from tests.fakes.gateway import HERE, Gate

FILES = {"index.html": b"<!doctype html>page", "theme.js": b"// theme", "assets/index-1a2b.js": b"// code", "assets/inter.woff2": b"\x00font"}


def _client(gate: Gate, files: dict[str, bytes]) -> TestClient:
    return TestClient(create_app(replace(gate.services, pages=lambda: files)), base_url=HERE)


@pytest.fixture
def browser(gate: Gate) -> TestClient:
    return _client(gate, FILES)


@pytest.mark.parametrize("path", ["/", "/login", "/conflicts", "/clients/laptop.local/codex/project:my.app"])
def test_every_address_of_the_dashboard_gets_its_page(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.text == "<!doctype html>page"
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/api", "/api/v1/nothing", "/api/v2", "/ws/nothing", "/webhooks/nothing", "/healthz/more"])
def test_an_address_of_the_api_never_gets_the_page(browser: TestClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/assets/gone-9f.js", "/gone.js", "/assets/%2e%2e/%2e%2e/pyproject.toml"])
def test_a_file_that_is_not_there_is_not_the_page(browser: TestClient, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_what_is_named_by_its_content_is_kept_for_ever(browser: TestClient) -> None:
    answer = browser.get("/assets/index-1a2b.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "javascript" in answer.headers["content-type"]


def test_the_page_is_asked_for_again_and_sent_once(browser: TestClient) -> None:
    first = browser.get("/")
    again = browser.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_text_is_packed_for_who_can_read_it(browser: TestClient) -> None:
    with browser.stream("GET", "/assets/index-1a2b.js", headers={"Accept-Encoding": "gzip"}) as answer:
        assert gzip.decompress(b"".join(answer.iter_raw())) == b"// code"
    assert "content-encoding" not in browser.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "identity"}).headers
    assert "content-encoding" not in browser.get("/assets/inter.woff2").headers


def test_the_page_runs_nothing_that_stands_in_it(browser: TestClient) -> None:
    policy = browser.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_no_page_takes_a_change(browser: TestClient) -> None:
    assert browser.post("/conflicts").status_code == 404


def test_without_a_build_it_says_how_to_make_one(gate: Gate) -> None:
    answer = _client(gate, {}).get("/")
    assert answer.status_code == 404
    assert "make frontend" in answer.text


def test_requests_for_pages_fill_no_log(gate: Gate) -> None:
    _client(gate, FILES).get("/assets/index-1a2b.js")
    assert gate.log.lines == []
