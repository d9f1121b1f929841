"""Texts that nothing can store, and values nested beyond all reason, are refused before anything is asked of a database or a file."""

from __future__ import annotations

import inspect
import json
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel

from api.bodies import Told
from api.openapi import routes
from tests.fakes.gateway import Gate, problem

LOGIN, LINK, PAUSE = "/api/v1/auth/login", "/api/v1/auth/link", "/api/v1/sync/pause"
DEEP = "[" * 200 + "]" * 200


def bodies() -> list[type[BaseModel]]:
    """The models of all that requests bring."""
    hints = [hint for route in routes() for hint in get_type_hints(route.endpoint).values()]
    found = [one for hint in hints for one in (hint, *getattr(hint, "__args__", ()))]
    return [one for one in found if inspect.isclass(one) and issubclass(one, BaseModel)]


def test_every_body_is_looked_through() -> None:
    assert len(bodies()) > 20
    assert [one for one in bodies() if not issubclass(one, Told)] == []


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "x\\udfff"])
@pytest.mark.parametrize("body", ['{"username": "@", "password": "a"}', '{"username": "a", "password": "@"}', '{"@": 1}', '{"x": [{"y": "@"}]}'])
def test_a_text_that_nothing_can_store_is_refused(gate: Gate, text: str, body: str) -> None:
    answer = gate.client.post(LOGIN, content=body.replace("@", text), headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "invalid")
    assert gate.faults.seen == []


def test_half_of_a_surrogate_pair_in_a_link_is_no_fault_of_the_program(gate: Gate) -> None:
    answer = gate.client.post(LINK, content='{"link": "\\ud800"}', headers={"Content-Type": "application/json"})
    assert (problem(answer), gate.faults.seen) == ((422, "invalid"), [])


def test_what_is_nested_too_deep_is_refused(gate: Gate) -> None:
    answer = gate.as_("operator").post(PAUSE, content=f'{{"reason": {DEEP}}}', headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "invalid")


@pytest.mark.parametrize("address", ["/api/v1/audit?actor=a%00b", "/api/v1/users/a%00b", "/api/v1/logs?text=%00", "/%00"])
def test_an_address_with_a_nul_names_nothing(gate: Gate, address: str) -> None:
    assert problem(gate.as_("admin").get(address)) == (400, "malformed")


@pytest.mark.parametrize("value", ["\U0001f600", "a\r\nb", "\u202e", "%00"])
def test_other_texts_are_let_in(gate: Gate, value: str) -> None:
    asked: Any = json.loads(json.dumps({"reason": value}))
    assert gate.as_("operator").post(PAUSE, json=asked).is_success
