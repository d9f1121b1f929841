"""How everything stands, and a pass on demand."""

from __future__ import annotations

import pytest

from reconciler.ports import Author
from reconciler.ports.live import Session, SessionDetail
from reconciler.reconcile.proposed_commits import propose
from tests.fakes.brake import MemoryBrake
from tests.fakes.engine import adopted, with_doors
from tests.fakes.gateway import Gate, problem

SYNC = "/api/v1/sync"
ID = "0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3d"


@pytest.fixture
def gate() -> Gate:
    return Gate(adopted("one"))


def test_the_status_counts_targets_by_what_holds(gate: Gate) -> None:
    shown = gate.as_("viewer").get(f"{SYNC}/status").json()
    assert shown["head"] == gate.world.head
    assert shown["ready"]
    assert shown["counts"] == {"targets": 4, "ready": 4}


def test_an_edit_is_seen_before_anything_is_written(gate: Gate) -> None:
    gate.world.change_server("codex", "one", args=["--fast"])
    before = gate.world.snapshot()[:2]
    assert gate.as_("viewer").get(f"{SYNC}/status").json()["counts"]["drifted"] == 1
    assert gate.world.snapshot()[:2] == before


def test_the_status_has_the_latest_events_and_where_to_go_on(gate: Gate) -> None:
    for number in range(3):
        gate.live.publish("target", {"number": number})
    shown = gate.as_("viewer").get(f"{SYNC}/status").json()
    assert [e["payload"]["number"] for e in shown["events"]] == [2, 1, 0]
    assert shown["cursor"] == gate.live.rows[-1].cursor


def test_the_status_lists_what_was_proposed_to_a_protected_main_as_the_command_does(gate: Gate) -> None:
    store, ports = gate.world.store, gate.world.ports
    new = store.commit(gate.world.head, {"mcp/one.yaml": None}, [gate.world.head], "Without one\n", Author("ann", "ann@laptop-1", 7.0))
    found = propose(ports, new)
    assert gate.as_("viewer").get(f"{SYNC}/status").json()["proposed"] == [{"branch": found.branch, "subject": "Without one", "author": "ann", "at": 7.0}]


def test_a_trigger_brings_an_edit_to_every_client(gate: Gate) -> None:
    gate.world.change_server("codex", "one", args=["--fast"])
    done = gate.as_("operator").post(f"{SYNC}/trigger").json()
    assert {t["id"]: t["outcome"] for t in done["targets"]}["laptop-1/claude/user"] == "converged"
    assert gate.world.servers("claude")["one"]["args"] == ["--fast"]


def test_a_trigger_is_for_the_named_targets_alone(gate: Gate) -> None:
    done = gate.as_("operator").post(f"{SYNC}/trigger", json={"targets": ["codex"]}).json()
    assert [t["id"] for t in done["targets"]] == ["laptop-1/codex/user"]
    assert problem(gate.as_("operator").post(f"{SYNC}/trigger", json={"targets": ["nobody"]})) == (422, "stalled")


def test_a_rehearsal_says_what_would_be_written_and_writes_nothing(gate: Gate) -> None:
    gate.world.change_server("codex", "one", args=["--fast"])
    before = gate.world.snapshot()
    done = gate.as_("operator").post(f"{SYNC}/trigger", json={"dry_run": True}).json()
    assert {p["id"] for p in done["previews"]} == {"laptop-1/claude/user", "laptop-1/qwen/user", "laptop-1/acli/user"}
    assert done["head"] == gate.world.head
    assert gate.world.snapshot() == before


def test_recorded_passes_are_listed_and_counted(gate: Gate) -> None:
    gate.sessions.rows.append(SessionDetail(Session(ID, "laptop-1/codex/user", 1.0, 2.0, "success", {"outcome": "converged"}), ({"event_type": "written"},)))
    page = gate.as_("viewer").get(f"{SYNC}/sessions", params={"status": "success"}).json()
    assert page["counts"] == {"status": {"success": 1}}
    assert gate.as_("viewer").get(f"{SYNC}/sessions/{ID}").json()["events"] == [{"event_type": "written"}]


def test_a_session_that_is_not_there_is_missing(gate: Gate) -> None:
    assert problem(gate.as_("viewer").get(f"{SYNC}/sessions/{ID}")) == (404, "missing")


def test_a_person_pauses_this_machine_and_resumes_it() -> None:
    gate = Gate(with_doors(adopted("one"), brake=MemoryBrake()))
    client = gate.as_("operator")
    assert client.post(f"{SYNC}/pause", json={"reason": "tidying up"}).json()["paused"]["by"] == "operator"
    assert client.get(f"{SYNC}/status").json()["paused"]["reason"] == "tidying up"
    gate.world.change_server("codex", "one", args=["--fast"])
    client.post(f"{SYNC}/trigger")
    assert "args" not in gate.world.servers("claude")["one"]
    assert client.post(f"{SYNC}/resume").json() == {"paused": None}
    client.post(f"{SYNC}/trigger")
    assert gate.world.servers("claude")["one"]["args"] == ["--fast"]
    assert [row.action for row in gate.audit.rows if "pause" in row.action or "resume" in row.action] == ["sync.pause", "sync.resume"]
