"""Which role may call which route, asked of every route that there is."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from api.all_features import PUBLIC
from api.openapi import role_of, routes
from reconciler.model.accounts import ROLES, Role, allows
from tests.fakes.gateway import Gate, problem

ROUTES = [(method, route) for route in routes() for method in sorted(route.methods or ())]
GUARDED = [(method, route) for method, route in ROUTES if route.name not in PUBLIC]


def path_of(route: APIRoute) -> str:
    return re.sub(r"\{[^}]+\}", "something", route.path)


def name_of(value: object) -> str:
    return f"{value.name}" if isinstance(value, APIRoute) else str(value)


def test_every_route_declares_a_role_or_is_public_by_name() -> None:
    assert {route.name for _, route in ROUTES if role_of(route) is None} == PUBLIC


@pytest.mark.parametrize(("method", "route"), GUARDED, ids=name_of)
def test_who_has_not_signed_in_is_refused(gate: Gate, method: str, route: APIRoute) -> None:
    assert problem(gate.client.request(method, path_of(route)))[0] == 401


@pytest.mark.parametrize(("method", "route"), GUARDED, ids=name_of)
def test_each_role_is_let_in_exactly_where_it_is_enough(gate: Gate, method: str, route: APIRoute) -> None:
    needed = role_of(route)
    assert needed
    for role in ROLES:
        answer = gate.as_(role).request(method, path_of(route))
        assert (answer.status_code == 403) != allows(role, needed), (role, needed, answer.text)


@pytest.mark.parametrize(("method", "route"), [r for r in GUARDED if r[0] not in ("GET", "HEAD")], ids=name_of)
def test_a_browser_changes_nothing_without_the_token_of_its_page(gate: Gate, method: str, route: APIRoute) -> None:
    client, _ = gate.in_browser("admin")
    before = len(gate.audit.rows)
    assert problem(client.request(method, path_of(route))) == (403, "not-allowed")
    assert len(gate.audit.rows) == before


NEEDS: dict[str, Role] = {
    "logout": "viewer",
    "me": "viewer",
    "list_tokens": "viewer",
    "make_token": "viewer",
    "revoke_token": "viewer",
    "list_users": "admin",
    "add_user": "admin",
    "change_user": "admin",
    "remove_user": "admin",
    "adoption": "viewer",
    "accept_adoption": "admin",
    "about": "viewer",
    "schemas": "viewer",
    "list_clients": "viewer",
    "client": "viewer",
    "client_files": "viewer",
    "client_diff": "viewer",
    "register_client": "admin",
    "change_client": "operator",
    "remove_client": "admin",
    "sync_status": "viewer",
    "sync_trigger": "operator",
    "sync_pause": "operator",
    "sync_resume": "operator",
    "sync_sessions": "viewer",
    "sync_session": "viewer",
    "list_conflicts": "viewer",
    "conflict": "viewer",
    "preview_conflict": "operator",
    "resolve_conflict": "operator",
    "resolve_conflicts": "operator",
    "list_approvals": "viewer",
    "approval": "viewer",
    "resolve_approval": "approver",
    "approve": "approver",
    "reject": "approver",
    "list_history": "viewer",
    "commit": "viewer",
    "revert_commit": "operator",
    "share": "operator",
    "keep_local": "operator",
    "list_gaps": "viewer",
    "accept_gap": "admin",
    "policy": "viewer",
    "change_policy": "admin",
    "preview_policy": "viewer",
    "list_ignored": "viewer",
    "ignore_matches": "viewer",
    "add_ignored": "admin",
    "remove_ignored": "admin",
    "audit": "operator",
    "logs": "viewer",
    "export": "operator",
    "list_schedules": "viewer",
    "schedule": "viewer",
    "add_schedule": "admin",
    "change_schedule": "admin",
    "remove_schedule": "admin",
    "run_schedule": "operator",
    "list_artifacts": "viewer",
    "artifact": "viewer",
    "remove_artifact": "admin",
}


def test_the_roles_of_the_routes_are_those_agreed_on() -> None:
    assert {route.name: role_of(route) for _, route in GUARDED} == NEEDS
