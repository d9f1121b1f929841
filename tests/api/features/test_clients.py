"""Clients as the gateway shows and changes them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from reconciler.ports.programs import Program
from tests.fakes.engine import HOME, World, adopted, with_doors
from tests.fakes.gateway import Gate, problem

CLIENTS = "/api/v1/clients"
CODEX = f"{CLIENTS}/laptop-1/codex/user"


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


@pytest.fixture
def gate(world: World) -> Gate:
    return Gate(world)


def test_every_target_is_listed_with_how_it_stands(gate: Gate) -> None:
    page = gate.as_("viewer").get(CLIENTS).json()
    assert [c["id"] for c in page["items"]] == [f"laptop-1/{c}/user" for c in ("claude", "codex", "qwen", "acli")]
    assert all(c["ready"] and c["mode"] == "sync" and c["entities"]["mcp"] == 2 for c in page["items"])
    assert page["counts"]["mode"] == {"sync": 4}


class Running:
    """The programs that run, for who asks."""

    def __init__(self, *programs: Program) -> None:
        self.programs = programs

    def running(self, clients: Sequence[str]) -> tuple[Program, ...]:
        return self.programs


def test_what_was_written_under_an_open_client_waits_for_its_next_start(world: World) -> None:
    codex = Program("codex", world.clock.now() - 10, HOME, HOME)
    with_doors(world, programs=Running(codex))
    world.commit({"mcp/three.yaml": "command: example-mcp-server\n"})
    world.sync()
    rows = {c["type"]: c["waits_for_start"] for c in Gate(world).as_("viewer").get(CLIENTS).json()["items"]}
    waits = {"path": ".codex/config.toml", "kinds": ["mcp"], "takes_effect": "start", "written_at": world.clock.now(), "running": 1}
    assert rows == {"claude": [], "codex": [waits], "qwen": [], "acli": []}


def test_each_file_says_when_an_open_client_takes_it_up(gate: Gate) -> None:
    files = gate.as_("viewer").get(f"{CLIENTS}/laptop-1/qwen/user/files").json()["files"]
    assert {f["path"]: f["takes_effect"] for f in files}[".qwen/settings.json"] == {"mcp": "live", "tools": "start"}


def test_a_client_that_nobody_registered_is_shown_as_found() -> None:
    world = World()
    world.adopt()
    world.commit({"machines/laptop-1.yaml": 'targets:\n  "claude/user":\n    mode: sync\n'})
    rows = Gate(world).as_("viewer").get(CLIENTS, params={"registered": False}).json()["items"]
    assert {c["type"] for c in rows} == {"codex", "qwen", "acli"}
    assert all(c["mode"] is None for c in rows)


@pytest.mark.parametrize(("asked", "count"), [({"type": "codex"}, 1), ({"mode": "suspended"}, 0), ({"q": "QWEN"}, 1), ({"condition": "Ready"}, 4), ({"ready": False}, 0)])
def test_the_server_filters(gate: Gate, asked: dict[str, object], count: int) -> None:
    assert gate.as_("viewer").get(CLIENTS, params=asked).json()["total"] == count


def test_the_files_of_a_client_are_named_and_not_shown(gate: Gate, world: World) -> None:
    answer = gate.as_("viewer").get(f"{CODEX}/files")
    file = answer.json()["files"][0]
    assert file["path"] == ".codex/config.toml"
    assert file["entities"] == ["mcp/one", "mcp/two"]
    assert "my models" not in answer.text


def test_drift_is_told_by_field_and_as_a_diff_with_hunks(gate: Gate, world: World) -> None:
    world.change_server("codex", "one", args=["--fast"])
    found = gate.as_("viewer").get(f"{CODEX}/diff", params={"kind": "drift"}).json()
    row = found["fields"][0]
    assert (row["entity"], row["field"], row["before"], row["after"]) == ("mcp/one", "args", None, ["--fast"])
    assert row["by"]["target"] == "laptop-1/codex/user"
    file = found["files"][0]
    assert file["text"].startswith("diff --git ")
    assert [line["text"] for hunk in file["hunks"] for line in hunk["lines"] if line["kind"] == "added"] == ['args = ["--fast"]']


def test_what_main_has_for_a_client_is_pending_and_says_who_changed_it(gate: Gate, world: World) -> None:
    world.commit({"mcp/one.yaml": "transport: stdio\ncommand: example-mcp-server\nargs: [--slow]\n"})
    found = gate.as_("viewer").get(f"{CODEX}/diff", params={"kind": "pending"}).json()
    assert [r["after"] for r in found["fields"]] == [["--slow"]]
    assert found["fields"][0]["by"]["author"] == "bo"


def test_a_diff_shows_nothing_that_is_the_clients_own(gate: Gate, world: World) -> None:
    world.change_server("codex", "one", args=["--fast"])
    assert "my models" not in gate.as_("viewer").get(f"{CODEX}/diff").text


def test_a_diff_shows_no_secret(gate: Gate, world: World) -> None:
    secret = "sk-" + "proj-" + "Zx81kQpLw02nVbTtRr55YyUu"
    world.change_server("codex", "one", env={"API_TOKEN": secret})
    answer = gate.as_("viewer").get(f"{CODEX}/diff")
    assert secret not in answer.text
    assert "API_TOKEN" in answer.text


def test_a_target_is_suspended_with_a_reason_and_goes_on_again(gate: Gate, world: World) -> None:
    client = gate.as_("operator")
    shown = client.patch(CODEX, json={"mode": "suspended", "reason": "on holiday", "until": "2026-12-31"}).json()
    assert shown["detail"] == {"reason": "on holiday", "until": "2026-12-31", "by": "operator"}
    assert shown["conditions"][1]["type"] == "Suspended"
    assert not shown["ready"]
    assert client.patch(CODEX, json={"mode": "sync"}).json()["mode"] == "sync"
    assert world.target("codex").mode == "sync"


def test_the_commit_names_who_asked(gate: Gate, world: World) -> None:
    gate.as_("operator").patch(CODEX, json={"mode": "observe"})
    assert world.store.read(world.head).author.name == "operator"


def test_a_mode_that_was_changed_meanwhile_is_not_overwritten(gate: Gate, world: World) -> None:
    seen = world.head
    client = gate.as_("operator")
    client.patch(CODEX, json={"mode": "observe"})
    assert problem(client.patch(CODEX, json={"mode": "enforce", "base_revision": seen})) == (409, "stale")
    assert world.target("codex").mode == "observe"


def test_a_target_is_let_go_and_registered_again(gate: Gate, world: World) -> None:
    before = world.read(".codex/config.toml")
    client = gate.as_("admin")
    assert client.delete(CODEX).is_success
    assert not client.get(CODEX).json()["registered"]
    made = client.post(CLIENTS, json={"client": "codex", "mode": "sync"})
    assert made.status_code == 201
    assert made.json()["mode"] == "sync"
    assert world.read(".codex/config.toml") == before


def test_what_is_no_target_is_missing(gate: Gate) -> None:
    client = gate.as_("admin")
    assert problem(client.get(f"{CLIENTS}/laptop-1/other/user")) == (404, "missing")
    assert problem(client.delete(f"{CLIENTS}/other/codex/user")) == (404, "missing")
    assert problem(client.post(CLIENTS, json={"client": "other"})) == (422, "stalled")


def test_a_name_with_a_nul_is_refused(gate: Gate) -> None:
    for tail in ("", "/files", "/diff"):
        assert problem(gate.as_("admin").get(f"{CLIENTS}/laptop-1%00/codex/user{tail}")) == (400, "malformed")


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "laptop-1/codex/../claude", "%2e%2e/codex/user"])
def test_what_is_a_path_is_no_target(gate: Gate, name: str) -> None:
    for tail in ("", "/files", "/diff"):
        assert problem(gate.as_("admin").get(f"{CLIENTS}/{name}{tail}"))[0] in (404, 422)


def test_a_change_that_cannot_be_audited_is_not_made(gate: Gate, world: World) -> None:
    client, head = gate.as_("operator"), world.head
    gate.audit.is_away = True
    assert problem(client.patch(CODEX, json={"mode": "observe"})) == (503, "unaudited")
    assert world.head == head


def test_whoever_watches_hears_of_a_change(gate: Gate) -> None:
    gate.as_("operator").patch(CODEX, json={"mode": "observe"})
    assert gate.live.rows[-1].kind == "clients.mode"
    assert json.loads(json.dumps(gate.live.rows[-1].payload))["target"] == "laptop-1/codex/user"
