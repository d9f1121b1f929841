"""The gateway keeps to its own description, whatever it is sent: no answer is a fault of the program."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from api import credentials
from reconciler.model.accounts import ROLES
from tests.fakes.engine import adopted
from tests.fakes.gateway import HASH, Gate

GATE = Gate(adopted("one", "two"))
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", GATE.app, headers={"Host": "127.0.0.1:8787"})


LEFT_OUT = [
    positive_data_acceptance,  # what the description allows may still name what is not there, or be no valid policy
    unsupported_method,  # the router names only one route's methods in Allow
]


def _checked(case: schemathesis.Case, role: str | None) -> None:
    """``role`` None: who has not signed in."""
    for name in ROLES:
        GATE.users.rows.setdefault(name, GATE.users.rows.get(name) or GATE.users.add(name, HASH, name))
    GATE.app.state.limits._kept.clear()
    shown = {"Authorization": f"Bearer {credentials.issue(GATE.services, 'access', role, role, 3600).secret}"} if role else {}  # type: ignore[arg-type]
    case.call_and_validate(headers={**shown, "Host": "127.0.0.1:8787"}, excluded_checks=LEFT_OUT)
    assert GATE.faults.seen == []


@pytest.mark.long  # half a minute each
@pytest.mark.parametrize("role", [*ROLES, None])
@schema.parametrize()
@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_few_requests_of_each_kind_as_each_role(case: schemathesis.Case, role: str | None) -> None:
    _checked(case, role)
