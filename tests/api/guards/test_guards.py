"""What browsers can be made to send is refused: foreign names, foreign pages, large bodies."""

from __future__ import annotations

import pytest

from api.guards.origins import host_name
from api.services import Gateway
from tests.fakes.gateway import HERE, Gate, problem

LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"
BODY = {"username": "viewer", "password": "whatever it is"}


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8787", "127.0.0.1.evil.example", "localhost@evil.example", "127.0.0.1:x", "", "[::1", "0.0.0.0"])
def test_a_name_that_is_not_ours_is_refused_though_it_leads_here(gate: Gate, host: str) -> None:
    assert problem(gate.client.get("/healthz", headers={"Host": host})) == (403, "foreign")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8787", "localhost:1", "LOCALHOST", "[::1]:8787"])
def test_the_names_of_this_machine_are_ours(gate: Gate, host: str) -> None:
    assert gate.client.get("/healthz", headers={"Host": host}).is_success


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:9", "http://127.0.0.1", "http://127.0.0.1:8787.evil.example", "file://"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_of_another_site_is_refused(gate: Gate, origin: str, method: str) -> None:
    assert problem(gate.client.request(method, LOGIN, headers={"Origin": origin}, json=BODY)) == (403, "foreign")


def test_our_own_page_is_not(gate: Gate) -> None:
    assert gate.client.post(LOGIN, headers={"Origin": HERE}, json=BODY).status_code == 401


def test_a_browser_that_says_cross_site_is_believed(gate: Gate) -> None:
    assert problem(gate.client.post(LOGIN, headers={"Sec-Fetch-Site": "cross-site"}, json=BODY)) == (403, "foreign")


def test_no_answer_lets_another_site_read_it(gate: Gate) -> None:
    headers = gate.client.options(ME, headers={"Origin": HERE, "Access-Control-Request-Method": "GET"}).headers
    assert not [name for name in headers if name.startswith("access-control")]


def test_a_listed_page_and_name_are_let_in() -> None:
    gate = Gate(gateway=Gateway(hosts=frozenset({"reconciler.example"}), origins=frozenset({"https://board.example"})))
    headers = {"Host": "reconciler.example", "Origin": "https://board.example", "Sec-Fetch-Site": "cross-site"}
    assert gate.client.post(LOGIN, headers=headers, json=BODY).status_code == 401


@pytest.mark.parametrize(("host", "name"), [("a:1", "a"), ("[::1]", "::1"), ("a b", "a b"), ("a/b", ""), ("u@a", ""), ("a?b", ""), ("a:99999", "")])
def test_what_is_a_name_and_what_is_not(host: str, name: str) -> None:
    assert host_name(host) == name


def test_a_large_body_is_refused_by_its_length(gate: Gate) -> None:
    assert problem(gate.client.post(LOGIN, content=b"x" * 1_000_001)) == (413, "too-large")


def test_a_large_body_is_refused_when_it_comes_in_pieces(gate: Gate) -> None:
    assert problem(gate.client.post(LOGIN, content=(b"x" * 100_000 for _ in range(11)))) == (413, "too-large")


def test_every_answer_keeps_browsers_from_more(gate: Gate) -> None:
    for answer in (gate.client.get("/healthz"), gate.client.get("/nothing"), gate.client.get(ME, headers={"Host": "evil.example"})):
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_answers_of_the_api_are_not_kept(gate: Gate) -> None:
    assert gate.client.get(ME).headers["cache-control"] == "no-store"


def test_a_request_is_one_line_with_its_route_and_without_its_query(gate: Gate) -> None:
    gate.as_("viewer").get(f"{ME}?note=confidential")
    line = gate.log.lines[-1]
    assert (line["route"], line["status"], line["person"]) == (ME, 200, "viewer")
    assert "confidential" not in gate.everything_shown()


@pytest.mark.parametrize(
    ("method", "path", "level"),
    [("GET", ME, "debug"), ("GET", "/api/v1/nothing", "info"), ("POST", LOGIN, "info"), ("POST", "/api/v1/auth/logout", "info")],
)
def test_what_was_only_looked_at_is_not_told_among_what_happened(gate: Gate, method: str, path: str, level: str) -> None:
    gate.as_("viewer").request(method, path)
    assert (gate.log.lines[-1]["event"], gate.log.lines[-1]["level"]) == ("request", level)


def test_a_fault_is_recorded_once_and_told_without_its_text(gate: Gate) -> None:
    def broken() -> list[str]:
        raise RuntimeError("private matters")

    object.__setattr__(gate.services, "waiting_for", broken)
    answer = gate.client.get("/readyz")
    assert problem(answer) == (500, "unexpected")
    assert "private matters" not in answer.text
    assert len(gate.faults.seen) == 1


def test_what_does_not_exist_is_a_problem_too(gate: Gate) -> None:
    assert problem(gate.client.get("/api/v1/nothing")) == (404, "missing")
    answer = gate.client.patch("/healthz")
    assert problem(answer) == (405, "method")
    assert answer.headers["allow"]


def test_what_cannot_be_done_says_what_can(gate: Gate) -> None:
    assert gate.client.request("OPTIONS", "/api/v1/clients/laptop-1/codex/user").headers["allow"] == "DELETE, GET, PATCH"
    assert gate.client.request("OPTIONS", "/api/v1/clients/laptop-1/codex/user/files").headers["allow"] == "GET"
