"""A first run over HTTP on real files: found, planned and accepted before there is a repository."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from api import credentials
from api.app import create_app
from reconciler.cli.gateway import Engines
from reconciler.settings import settings_from
from tests.fakes.gateway import HERE, Gate, problem
from tests.scenarios.command_line import SAMPLES


def test_the_plan_is_shown_and_accepted_and_nothing_is_written_before(tmp_path: Path) -> None:
    home, state = tmp_path / "home", tmp_path / "state"
    shutil.copytree(SAMPLES, home)
    settings = settings_from({"HOME": str(home), "RECONCILER_HOME": str(state), "PATH": ""})
    gate = Gate()
    client = TestClient(create_app(replace(gate.services, engines=Engines(settings))), base_url=HERE, raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {credentials.issue(gate.services, 'access', 'admin', 'admin', 3600).secret}"

    def below() -> dict[str, bytes]:
        return {str(p.relative_to(home)): p.read_bytes() for p in home.rglob("*") if p.is_file()}

    before = below()
    plan = client.get("/api/v1/adoption", params={"prefer": "claude"}).json()
    assert {c["client"] for c in plan["clients"]} == {"claude", "codex", "qwen", "acli"}
    assert plan["plan"] == client.get("/api/v1/adoption", params={"prefer": "claude"}).json()["plan"]
    assert [client.get(f"/api/v1/{path}").status_code for path in ("clients", "sync/status", "conflicts", "approvals", "history", "about")] == [200] * 6
    assert (below(), (state / "repository.git").exists()) == (before, False)
    assert problem(client.post("/api/v1/adoption", json={"plan": "0" * 16, "prefer": "claude"})) == (409, "stale")
    answer = client.post("/api/v1/adoption", json={"plan": plan["plan"], "prefer": "claude"})
    assert answer.is_success, answer.text
    changed = {str(home / path) for path, data in below().items() if before.get(path) != data}
    assert changed == set(plan["written"])
    assert client.get("/api/v1/about").json()["is_adopted"]
