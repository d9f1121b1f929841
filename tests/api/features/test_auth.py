"""Signing in: by password, by link, as the first admin; out; and tokens."""

from __future__ import annotations

import pytest

from api import credentials
from reconciler.model.accounts import CredentialKind
from tests.fakes.gateway import PASSWORD, Gate, problem

LOGIN = "/api/v1/auth/login"


def login(gate: Gate, username: str = "operator", password: str = PASSWORD, client=None):
    return (client or gate.client).post(LOGIN, json={"username": username, "password": password})


def test_a_login_answers_a_token_and_sets_a_cookie_that_scripts_of_pages_cannot_read(gate: Gate) -> None:
    answer = login(gate)
    body = answer.json()
    assert body["token_type"] == "bearer"
    assert body["user"]["role"] == "operator"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()


def test_the_token_of_a_login_is_taken_as_bearer(gate: Gate) -> None:
    token = login(gate).json()["access_token"]
    answer = gate.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["username"] == "operator"
    assert answer.json()["by"] == "bearer"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(gate: Gate) -> None:
    wrong, unknown = login(gate, password="something else"), login(gate, "nobody")
    assert problem(wrong) == problem(unknown) == (401, "not-signed-in")
    assert wrong.json() == unknown.json()


def test_after_five_failures_a_name_is_locked_out_also_for_the_right_password(gate: Gate) -> None:
    for _ in range(5):
        login(gate, password="something else")
    answer = login(gate)
    assert problem(answer) == (429, "too-many")
    assert int(answer.headers["retry-after"]) > 0
    gate.world.clock.advance(60)
    assert login(gate).is_success


def test_a_lock_out_lasts_no_longer_where_the_clock_is_set_back(gate: Gate) -> None:
    for _ in range(5):
        login(gate, password="something else")
    gate.world.clock.set_back(3600)
    gate.world.clock.advance(60)
    assert login(gate).is_success


def test_one_address_cannot_try_many_names(gate: Gate) -> None:
    for number in range(20):
        login(gate, f"user{number}")
    assert problem(login(gate)) == (429, "too-many")


def test_no_secret_of_a_login_is_logged_or_audited(gate: Gate) -> None:
    client = gate.client
    body = login(gate, client=client).json()
    seen = gate.everything_shown()
    for secret in (PASSWORD, body["access_token"], body["csrf_token"], client.cookies["reconciler_session"]):
        assert secret not in seen


def test_only_digests_of_credentials_are_kept(gate: Gate) -> None:
    token = login(gate).json()["access_token"]
    assert token not in repr(gate.credentials.rows)


def test_a_login_that_cannot_be_audited_is_refused(gate: Gate) -> None:
    gate.audit.is_away = True
    assert problem(login(gate)) == (503, "unaudited")
    assert not gate.credentials.rows


def test_a_change_with_a_cookie_needs_the_token_of_the_page(gate: Gate) -> None:
    client, csrf = gate.in_browser("viewer")
    assert problem(client.post("/api/v1/auth/logout")) == (403, "not-allowed")
    assert problem(client.post("/api/v1/auth/logout", headers={"X-CSRF-Token": "0" * 64})) == (403, "not-allowed")
    assert client.post("/api/v1/auth/logout", headers={"X-CSRF-Token": csrf}).is_success


def test_after_a_logout_neither_cookie_nor_access_token_counts(gate: Gate) -> None:
    client = gate.client
    body = login(gate, client=client).json()
    cookie = client.cookies["reconciler_session"]
    client.post("/api/v1/auth/logout", headers={"X-CSRF-Token": body["csrf_token"]})
    assert problem(gate.client.get("/api/v1/auth/me", headers={"Cookie": f"reconciler_session={cookie}"}))[0] == 401
    assert problem(gate.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {body['access_token']}"}))[0] == 401


def test_a_credential_ends_with_its_time(gate: Gate) -> None:
    client = gate.as_("viewer")
    assert client.get("/api/v1/auth/me").is_success
    gate.world.clock.advance(3601)
    assert problem(client.get("/api/v1/auth/me")) == (401, "not-signed-in")


def test_a_token_in_the_address_is_not_taken(gate: Gate) -> None:
    token = login(gate).json()["access_token"]
    for name in ("access_token", "token", "authorization"):
        assert problem(gate.client.get(f"/api/v1/auth/me?{name}={token}"))[0] == 401


def test_the_first_admin_comes_by_the_link_once(gate: Gate) -> None:
    gate.users.rows.clear()
    link = credentials.issue_link(gate.services, "setup")
    body = {"link": link, "username": "ann", "password": PASSWORD}
    answer = gate.client.post("/api/v1/auth/setup", json=body)
    assert answer.json()["user"]["role"] == "admin"
    assert problem(gate.client.post("/api/v1/auth/setup", json=body))[0] == 401
    assert [u.username for u in gate.users.all()] == ["ann"]


def test_the_link_makes_nobody_admin_where_there_are_users(gate: Gate) -> None:
    link = credentials.issue_link(gate.services, "setup")
    answer = gate.client.post("/api/v1/auth/setup", json={"link": link, "username": "eve", "password": PASSWORD})
    assert problem(answer) == (403, "not-allowed")


def test_a_login_link_is_good_once_and_for_two_minutes(gate: Gate) -> None:
    link = credentials.issue_link(gate.services, "login", "admin")
    assert gate.client.post("/api/v1/auth/link", json={"link": link}).json()["user"]["username"] == "admin"
    assert problem(gate.client.post("/api/v1/auth/link", json={"link": link}))[0] == 401
    late = credentials.issue_link(gate.services, "login", "admin")
    gate.world.clock.advance(121)
    assert problem(gate.client.post("/api/v1/auth/link", json={"link": late}))[0] == 401


@pytest.mark.parametrize("kind", ["setup", "login", "session"])
def test_what_is_no_token_is_not_taken_as_bearer(gate: Gate, kind: CredentialKind) -> None:
    secret = credentials.issue(gate.services, kind, "admin", "admin", 60).secret
    assert problem(gate.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {secret}"}))[0] == 401


def test_a_named_token_allows_no_more_than_its_scope(gate: Gate) -> None:
    made = gate.as_("admin").post("/api/v1/auth/tokens", json={"name": "export", "scope": "viewer"})
    token = {"Authorization": f"Bearer {made.json()['access_token']}"}
    assert gate.client.get("/api/v1/auth/me", headers=token).json()["role"] == "viewer"
    assert problem(gate.client.get("/api/v1/users", headers=token)) == (403, "not-allowed")


def test_nobody_makes_a_token_that_allows_more_than_they_may(gate: Gate) -> None:
    answer = gate.as_("operator").post("/api/v1/auth/tokens", json={"name": "more", "scope": "admin"})
    assert problem(answer) == (403, "not-allowed")


def test_a_token_makes_no_tokens(gate: Gate) -> None:
    made = gate.as_("admin").post("/api/v1/auth/tokens", json={"name": "one", "scope": "admin"}).json()
    answer = gate.client.post("/api/v1/auth/tokens", json={"name": "two"}, headers={"Authorization": f"Bearer {made['access_token']}"})
    assert problem(answer) == (403, "not-allowed")


def test_a_revoked_token_no_longer_counts_and_is_not_listed(gate: Gate) -> None:
    client = gate.as_("operator")
    made = client.post("/api/v1/auth/tokens", json={"name": "export"}).json()
    assert [t["name"] for t in client.get("/api/v1/auth/tokens").json()["items"]] == ["export"]
    assert client.delete(f"/api/v1/auth/tokens/{made['id']}").is_success
    assert client.get("/api/v1/auth/tokens").json()["total"] == 0
    assert problem(gate.client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {made['access_token']}"}))[0] == 401


def test_nobody_revokes_the_token_of_somebody_else(gate: Gate) -> None:
    made = gate.as_("operator").post("/api/v1/auth/tokens", json={"name": "export"}).json()
    assert problem(gate.as_("admin").delete(f"/api/v1/auth/tokens/{made['id']}")) == (404, "missing")
