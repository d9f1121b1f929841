"""Users, as an admin sees and changes them."""

from __future__ import annotations

from tests.fakes.gateway import PASSWORD, Gate, problem

USERS = "/api/v1/users"


def test_an_admin_adds_somebody_who_can_then_sign_in(gate: Gate) -> None:
    made = gate.as_("admin").post(USERS, json={"username": "bo", "role": "operator", "password": PASSWORD})
    assert made.status_code == 201
    assert gate.client.post("/api/v1/auth/login", json={"username": "bo", "password": PASSWORD}).is_success


def test_no_answer_about_users_holds_a_hash(gate: Gate) -> None:
    assert "argon2" not in gate.as_("admin").get(USERS).text


def test_a_password_is_not_repeated_when_it_is_refused(gate: Gate) -> None:
    answer = gate.as_("admin").post(USERS, json={"username": "bo", "role": "operator", "password": "short-one"})
    assert problem(answer) == (422, "invalid")
    assert "short-one" not in answer.text


def test_a_changed_role_ends_what_was_signed_in(gate: Gate) -> None:
    client = gate.as_("operator")
    gate.as_("admin").patch(f"{USERS}/operator", json={"role": "viewer"})
    assert problem(client.get("/api/v1/auth/me"))[0] == 401


def test_the_last_admin_stays_admin(gate: Gate) -> None:
    client = gate.as_("admin")
    assert problem(client.patch(f"{USERS}/admin", json={"role": "viewer"})) == (403, "not-allowed")
    assert problem(client.delete(f"{USERS}/admin")) == (403, "not-allowed")


def test_a_change_is_audited_with_who_what_before_after_and_why(gate: Gate) -> None:
    gate.as_("admin").patch(f"{USERS}/viewer", json={"role": "operator", "reason": "promoted"})
    row = gate.audit.rows[-1]
    assert (row.actor, row.action, row.target) == ("admin", "users.change", "viewer")
    assert row.details["before"] == {"role": "viewer"}
    assert row.details["after"]["role"] == "operator"
    assert row.details["reason"] == "promoted"


def test_what_cannot_be_audited_is_not_done(gate: Gate) -> None:
    client = gate.as_("admin")
    gate.audit.is_away = True
    assert problem(client.delete(f"{USERS}/viewer")) == (503, "unaudited")
    assert gate.users.named("viewer")


def test_users_are_cut_sorted_and_counted(gate: Gate) -> None:
    page = gate.as_("admin").get(USERS, params={"limit": 2, "sort": "-username"}).json()
    assert [u["username"] for u in page["items"]] == ["viewer", "operator"]
    assert page["total"] == 4


def test_an_unknown_sort_is_told(gate: Gate) -> None:
    assert problem(gate.as_("admin").get(USERS, params={"sort": "password"})) == (400, "malformed")
