"""What other sites can make the browser of an admin send: every route is asked in every way, and nothing is done."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from api.access import COOKIE, CSRF_HEADER
from api.all_features import PUBLIC
from api.openapi import routes
from tests.fakes.engine import adopted
from tests.fakes.gateway import HERE, Gate, problem

SAFE = {"GET", "HEAD", "OPTIONS"}
ROUTES = [(method, route) for route in routes() for method in sorted(route.methods or ())]
CHANGES = [(method, route) for method, route in ROUTES if method not in SAFE]
EVIL, TOKEN = "http://evil.example", "(the token of the page)"

FOREIGN: dict[str, list[tuple[str, str]]] = {
    "rebinding: a name of theirs that leads here": [("Host", "evil.example:8787"), ("Origin", "http://evil.example:8787"), (CSRF_HEADER, TOKEN)],
    "rebinding without an Origin": [("Host", "evil.example"), (CSRF_HEADER, TOKEN)],
    "a name that only begins like ours": [("Host", "127.0.0.1.evil.example"), (CSRF_HEADER, TOKEN)],
    "two names": [("Host", "127.0.0.1:8787"), ("Host", "evil.example"), (CSRF_HEADER, TOKEN)],
    "a page of theirs": [("Origin", EVIL), (CSRF_HEADER, TOKEN)],
    "a page of theirs on our machine": [("Origin", "http://127.0.0.1:9999"), (CSRF_HEADER, TOKEN)],
    "a page in a sandbox": [("Origin", "null"), (CSRF_HEADER, TOKEN)],
    "two pages": [("Origin", HERE), ("Origin", EVIL), (CSRF_HEADER, TOKEN)],
}
"""Refused whatever is asked, before anybody is asked who they are."""

CROSS: dict[str, list[tuple[str, str]]] = {
    "a form of theirs": [("Sec-Fetch-Site", "cross-site"), ("Content-Type", "application/x-www-form-urlencoded"), (CSRF_HEADER, TOKEN)],
    "a form on a neighbour of ours": [("Sec-Fetch-Site", "same-site"), ("Content-Type", "text/plain"), (CSRF_HEADER, TOKEN)],
    "no token": [("Origin", HERE)],
    "an empty token": [("Origin", HERE), (CSRF_HEADER, "")],
    "a token of another session": [("Origin", HERE), (CSRF_HEADER, "0" * 64)],
    "a token in the address": [("Origin", HERE), ("X-Note", "?csrf_token=(the token of the page)")],
}
"""Refused where something would be changed."""


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(adopted("one"))


@pytest.fixture(scope="module")
def admin(gate: Gate) -> tuple[str, str]:
    """The cookie of an admin's browser, and the token of its page."""
    browser, token = gate.in_browser("admin")
    return browser.cookies[COOKIE], token


def address(route: APIRoute) -> str:
    path = route.path.replace("{id:path}", "laptop-1/codex/user").replace("{rev}", "abcdef12").replace("{username}", "viewer")
    return re.sub(r"\{[^}]+\}", "1a2b3c4d5e", path)


def sent(gate: Gate, admin: tuple[str, str], method: str, route: APIRoute, headers: list[tuple[str, str]]) -> tuple[int, str]:
    cookie, token = admin
    client = TestClient(gate.app, base_url=HERE, raise_server_exceptions=False)
    given = [(name, value.replace(TOKEN, token)) for name, value in headers]
    return problem(client.request(method, address(route), headers=[("Cookie", f"{COOKIE}={cookie}"), *given], content=b"{}"))


@pytest.mark.parametrize("attack", FOREIGN)
def test_another_site_is_refused_on_every_route(gate: Gate, admin: tuple[str, str], attack: str) -> None:
    before, audited = gate.world.snapshot(), len(gate.audit.rows)
    for method, route in ROUTES:
        assert sent(gate, admin, method, route, FOREIGN[attack]) == (403, "foreign"), (method, route.path)
    assert (gate.world.snapshot(), len(gate.audit.rows)) == (before, audited)


@pytest.mark.parametrize("attack", CROSS)
def test_another_site_changes_nothing_on_any_route(gate: Gate, admin: tuple[str, str], attack: str) -> None:
    before, audited = gate.world.snapshot(), len(gate.audit.rows)
    for method, route in CHANGES:
        if route.name not in PUBLIC:
            assert sent(gate, admin, method, route, CROSS[attack])[0] == 403, (method, route.path)
    assert (gate.world.snapshot(), len(gate.audit.rows)) == (before, audited)


@pytest.mark.parametrize("attack", [name for name in FOREIGN if name != "two names"])
def test_another_site_opens_no_socket(gate: Gate, admin: tuple[str, str], attack: str) -> None:
    headers = dict([*FOREIGN[attack], ("Cookie", f"{COOKIE}={admin[0]}")])
    client = TestClient(gate.app, base_url=HERE)
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(HERE.replace("http", "ws") + "/ws/sync", headers=headers):
        pass


def test_the_same_requests_from_our_own_page_are_let_in(gate: Gate, admin: tuple[str, str]) -> None:
    """Else the tests above would pass on a gateway that refuses everything."""
    cookie, token = admin
    client = TestClient(gate.app, base_url=HERE)
    headers = {"Cookie": f"{COOKIE}={cookie}", "Origin": HERE, "Sec-Fetch-Site": "same-origin", CSRF_HEADER: token}
    assert client.post("/api/v1/sync/trigger", headers=headers, json={"dry_run": True}).is_success
    with client.websocket_connect(HERE.replace("http", "ws") + "/ws/sync", headers=headers) as socket:
        assert socket.receive_json()["type"] == "hello"
