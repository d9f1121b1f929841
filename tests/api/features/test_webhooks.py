"""Push events of Git hosts: signed, once, and believed no further than that somebody pushed."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.services import Gateway
from tests.fakes.gateway import HERE, Gate, problem

SECRET, BODY = "shared-with-the-host", b'{"ref": "refs/heads/main"}'
SIGNATURE = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


@pytest.fixture
def pushes() -> list[str]:
    return []


@pytest.fixture
def gate(pushes: list[str]) -> Gate:
    gate = Gate(gateway=Gateway(webhook_secret=SECRET, fresh_s=0))
    gate.services = replace(gate.services, pushed=lambda: pushes.append("push"))
    gate.app = create_app(gate.services)
    return gate


def sent(gate: Gate, headers: dict[str, str], body: bytes = BODY):
    return TestClient(gate.app, base_url=HERE).post("/webhooks/git", content=body, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [{"X-Hub-Signature-256": f"sha256={SIGNATURE}"}, {"X-Hub-Signature": f"sha256={SIGNATURE}"}, {"X-Gitea-Signature": SIGNATURE}, {"X-Gitlab-Token": SECRET}],
)
def test_each_hosts_form_is_understood(gate: Gate, pushes: list[str], headers: dict[str, str]) -> None:
    assert sent(gate, headers).json() == {"heard": True}
    assert pushes == ["push"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Hub-Signature-256": "sha256=" + "0" * 64}, {"X-Gitlab-Token": "x"}, {"X-Hub-Signature-256": SECRET}],
)
def test_what_is_not_signed_is_not_heard(gate: Gate, pushes: list[str], headers: dict[str, str]) -> None:
    assert problem(sent(gate, headers)) == (401, "not-signed-in")
    assert pushes == []


def test_a_signature_is_of_this_body_alone(gate: Gate) -> None:
    assert problem(sent(gate, {"X-Hub-Signature-256": f"sha256={SIGNATURE}"}, BODY + b" "))[0] == 401


def test_a_delivery_that_came_before_is_not_heard_again(gate: Gate, pushes: list[str]) -> None:
    headers = {"X-Hub-Signature-256": f"sha256={SIGNATURE}", "X-GitHub-Delivery": "1"}
    assert [sent(gate, headers).json()["heard"] for _ in range(2)] == [True, False]
    gate.world.clock.advance(601)
    assert sent(gate, headers).json()["heard"]
    assert pushes == ["push", "push"]


def test_without_a_secret_it_is_off() -> None:
    assert problem(Gate().client.post("/webhooks/git", content=BODY, headers={"X-Gitlab-Token": ""})) == (404, "missing")
