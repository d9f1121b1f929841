"""What landed on main, and taking it back."""

from __future__ import annotations

import pytest

from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate, problem

HISTORY = "/api/v1/history"


@pytest.fixture
def gate() -> Gate:
    world = adopted("one")
    world.change_server("codex", "one", args=["--fast"])
    world.sync()
    return Gate(world)


def test_commits_are_listed_newest_first_with_trailers(gate: Gate) -> None:
    page = gate.as_("viewer").get(HISTORY, params={"limit": 1}).json()
    assert page["total"] > 1
    assert ["Target", "laptop-1/codex/user"] in page["items"][0]["trailers"]


@pytest.mark.parametrize(("asked", "count"), [({"client": "codex", "field": "args", "entity": "mcp/one"}, 1), ({"author": "nobody"}, 0), ({"q": "Start from"}, 1)])
def test_commits_are_searched(gate: Gate, asked: dict[str, str], count: int) -> None:
    assert gate.as_("viewer").get(HISTORY, params=asked).json()["total"] == count


def test_a_commit_shows_its_fields_and_its_diff(gate: Gate) -> None:
    shown = gate.as_("viewer").get(f"{HISTORY}/{gate.world.head}").json()
    assert [(c["entity"], c["field"], c["after"]) for c in shown["changes"]] == [("mcp/one", "args", ["--fast"])]
    assert shown["files"][0]["path"] == "mcp/one.yaml"
    assert shown["files"][0]["hunks"][0]["lines"]


def test_every_commit_can_be_shown(gate: Gate) -> None:
    client = gate.as_("viewer")
    for commit in client.get(HISTORY).json()["items"]:
        assert client.get(f"{HISTORY}/{commit['revision']}").is_success


def test_a_secret_that_somebody_committed_is_not_shown(gate: Gate) -> None:
    secret = "ghp_" + "AbCd0123456789efGH" * 2
    plain = "hunter2-" + "of-production"
    gate.world.commit({"mcp/one.yaml": f"transport: stdio\ncommand: run\nenv:\n  DB_PASSWORD: {plain}\n  X: {secret}\n"})
    text = gate.as_("viewer").get(f"{HISTORY}/{gate.world.head}").text
    assert secret not in text
    assert plain not in text


def test_a_commit_is_taken_back_everywhere(gate: Gate) -> None:
    head = gate.world.head
    done = gate.as_("operator").post(f"{HISTORY}/{head}/revert", json={"reason": "too fast"}).json()
    assert done["revision"] == gate.world.head
    assert "args" not in gate.world.servers("codex")["one"]
    assert gate.world.store.read(gate.world.head).author.name == "operator"


def test_taking_back_can_be_rehearsed(gate: Gate) -> None:
    before = gate.world.snapshot()
    done = gate.as_("operator").post(f"{HISTORY}/{gate.world.head}/revert", json={"dry_run": True}).json()
    assert len(done["previews"]) == 4
    assert gate.world.snapshot() == before


def test_what_is_not_in_main_is_not_shown(gate: Gate) -> None:
    review = gate.world.store.commit(None, {"x": b"y"}, [], "Elsewhere\n", gate.world.store.read(gate.world.head).author)
    assert problem(gate.as_("viewer").get(f"{HISTORY}/{review}")) == (404, "missing")
    assert problem(gate.as_("viewer").get(f"{HISTORY}/0000000000")) == (404, "missing")


def test_a_main_that_has_moved_is_not_reverted_unseen(gate: Gate) -> None:
    head = gate.world.head
    gate.world.commit({"mcp/two.yaml": "transport: stdio\ncommand: run\n"})
    answer = gate.as_("operator").post(f"{HISTORY}/{head}/revert", json={"base_revision": head})
    assert problem(answer) == (409, "stale")
