"""The gateway of `up` on a real database that goes away: what goes on, what is refused, and what is known of it later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import credentials
from api.app import create_app
from api.services import Gateway, Services
from reconciler.cli.gateway import Accounts, gateway, services_of, services_over
from reconciler.cli.telling import speaking
from reconciler.mirror.audit import SqlAudit
from reconciler.mirror.database import Database
from reconciler.mirror.taking import take
from reconciler.model.accounts import Role
from reconciler.model.names import TargetId
from reconciler.ports.records import Artifact, SessionRecord, TargetRecord
from reconciler.settings import settings_from
from reconciler.wiring import journal
from reconciler.wiring.running import running
from tests.fakes.engine import World, adopted
from tests.fakes.gateway import HASH, HERE, WorldEngines, problem

AWAY = "postgresql://ann@127.0.0.1:9/x"
CONFLICTS, POLICY = "/api/v1/conflicts", "/api/v1/policy"


@dataclass
class Up:
    """The gateway, with a person of each role who was there before the database went away."""

    world: World
    services: Services
    url: str

    def signed_in(self, role: Role) -> TestClient:
        client = TestClient(create_app(self.services), base_url=HERE, raise_server_exceptions=False)
        self.services.users.add(role, HASH, role)
        client.headers["Authorization"] = f"Bearer {credentials.issue(self.services, 'access', role, role, 3600).secret}"
        return client


@pytest.fixture
def state(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "RECONCILER_HOME": str(tmp_path / "state")}


@pytest.fixture
def up(state: dict[str, str], database_url: str) -> Iterator[Up]:
    """claude and codex changed one server; codex's waits."""
    world = adopted("one")
    for client in ("claude", "codex"):
        world.change_server(client, "one", args=[f"of-{client}"])
    world.sync()
    accounts = Accounts(lambda: made.url)
    given = services_over(settings_from(state), accounts)
    made = Up(world, replace(given, engines=WorldEngines(world), gateway=Gateway(fresh_s=0)), database_url)
    yield made
    accounts.close()


def test_what_is_decided_while_postgresql_is_away_is_audited_later(up: Up, state: dict[str, str], database: Database) -> None:
    operator = up.signed_in("operator")
    (conflict,) = operator.get(CONFLICTS).json()["items"]
    up.url = AWAY
    answer = operator.post(f"{CONFLICTS}/{conflict['id']}/resolve", json={"take": "local"})
    assert answer.is_success, answer.text
    assert not up.world.waiting()
    assert SqlAudit(database).search({}, 10, 0)[1] == 0
    kept = journal(settings_from(state))
    assert kept.waiting()
    kept.replay(partial(take, database))
    (row,), count = SqlAudit(database).search({"actor": "operator"}, 10, 0)
    assert (row.action, row.details["after"], count) == ("conflicts.resolve", {"take": "local", "all": False}, 1)


def test_the_policy_is_not_changed_while_postgresql_is_away(up: Up, state: dict[str, str]) -> None:
    admin = up.signed_in("admin")
    assert admin.get(POLICY).is_success
    up.url, head = AWAY, up.world.head
    assert problem(admin.put(POLICY, json={"text": "schema: 1\n"})) == (503, "unaudited")
    assert up.world.head == head
    assert journal(settings_from(state)).waiting() == 0


def test_who_was_not_there_lately_is_not_let_in_while_postgresql_is_away(up: Up) -> None:
    stranger = up.signed_in("viewer")
    up.url = AWAY
    assert problem(stranger.get(CONFLICTS)) == (503, "unavailable")


def test_what_a_pass_left_is_taken_away(up: Up, state: dict[str, str], database: Database) -> None:
    target = TargetRecord(TargetId("laptop-1/claude/user"), "claude", "/home/ann", {})
    kept, run = journal(settings_from(state)), "01a21310232812620c53c86612"
    kept.note([SessionRecord(run, target, 1.0, 2.0, "success", {}, (), (Artifact("diff", "+one\n"),))])
    kept.replay(partial(take, database))
    viewer = up.signed_in("viewer")
    (session,) = viewer.get("/api/v1/sync/sessions").json()["items"]
    (left,) = viewer.get(f"/api/v1/sync/sessions/{session['id']}").json()["artifacts"]
    assert viewer.get(f"/api/v1/artifacts/{left['id']}").content == b"+one\n"
    assert problem(viewer.get(f"/api/v1/artifacts/{session['id']}")) == (404, "missing")


@pytest.mark.parametrize(("form", "stream"), [("text", "err"), ("json", "out")])
def test_a_fault_of_the_api_leaves_one_line_without_its_text(state: dict[str, str], capsys: pytest.CaptureFixture[str], form: str, stream: str) -> None:
    with speaking(running(settings_from({**state, "RECONCILER_LOG_FORMAT": form}))) as said:
        services = services_of(said.up, said.accounts, said.telling)
        serving = gateway(settings_from(state), services, 0)
        broken = replace(services, waiting_for=lambda: [][1])
        app = create_app(broken)
        assert problem(TestClient(app, base_url=HERE, raise_server_exceptions=False).get("/readyz")) == (500, "unexpected")
        serving.stop()
    (line,) = getattr(capsys.readouterr(), stream).splitlines()
    told = json.loads(line)
    assert (told["event"], told["fields"]["type"]) == ("fault", "IndexError")
    assert told["fields"]["places"][-1].startswith(f"{__name__}:")
    assert "out of range" not in line
