"""Entities move between layers through the gateway, as `share` and `keep-local` move them."""

from __future__ import annotations

import pytest

from tests.fakes.engine import adopted
from tests.fakes.gateway import Gate, problem

SHARE, KEEP = "/api/v1/share", "/api/v1/keep-local"


@pytest.fixture
def gate() -> Gate:
    return Gate(adopted("one", "two"))


def test_what_one_client_keeps_is_taken_from_the_others_and_given_back(gate: Gate) -> None:
    client = gate.as_("operator")
    kept = client.post(KEEP, json={"entities": ["mcp/one"], "client": "codex", "reason": "only there"})
    assert kept.is_success, kept.text
    assert [(m["entity"], m["from"], m["to"]) for m in kept.json()["moved"]] == [("mcp/one", "", "overlays/client/codex")]
    assert "laptop-1/qwen/user" in {c["target"] for c in kept.json()["changes"]}
    shared = client.post(SHARE, json={"entities": ["mcp/one"]}).json()
    assert [(m["from"], m["to"]) for m in shared["moved"]] == [("overlays/client/codex", "")]
    assert [row.action for row in gate.audit.rows] == ["sharing.keep_local", "sharing.share"]


def test_it_can_be_seen_before_it_is_done(gate: Gate) -> None:
    head = gate.world.engine.centre.main()
    seen = gate.as_("operator").post(KEEP, json={"entities": ["mcp/one"], "client": "codex", "dry_run": True}).json()
    assert (seen["dry_run"], bool(seen["changes"])) == (True, True)
    assert "laptop-1/qwen/user" in {p["id"] for p in seen["previews"]}
    assert (seen["head"], gate.world.engine.centre.main()) == (head, head)
    assert gate.audit.rows == []


def test_what_a_client_keeps_for_a_folder_alone_is_given_to_its_project(gate: Gate) -> None:
    kept = "projects/shop/overlays/machine/laptop-1/local/claude/mcp/mine.yaml"
    gate.world.commit({kept: gate.world.main()["mcp/one.yaml"]})
    client = gate.as_("operator")
    seen = client.post(SHARE, json={"entities": ["mcp/mine"], "local": "shop", "client": "claude", "dry_run": True})
    assert seen.is_success, seen.text
    assert kept in gate.world.main()
    done = client.post(SHARE, json={"entities": ["mcp/mine"], "local": "shop", "reason": "for all of us"})
    assert [m["to"] for m in done.json()["moved"]] == ["projects/shop"]
    assert kept not in gate.world.main()
    assert "projects/shop/mcp/mine.yaml" in gate.world.main()
    assert [(row.action, row.details["after"]["local"]) for row in gate.audit.rows] == [("sharing.share", "shop")]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"entities": ["mcp/one"], "local": "shop"}, (422, "stalled")),
        ({"entities": ["mcp/one"], "local": "shop", "project": "shop"}, (400, "malformed")),
        ({"entities": ["mcp/one"], "local": "shop", "machine": "laptop-1"}, (400, "malformed")),
        ({"entities": ["mcp/one"], "local": "../shop"}, (422, "invalid")),
    ],
)
def test_what_no_client_keeps_for_a_folder_alone_cannot_be_shared_from_there(gate: Gate, body: dict[str, object], told: tuple[int, str]) -> None:
    assert problem(gate.as_("operator").post(SHARE, json=body)) == told


def test_to_keep_it_for_a_folder_alone_is_no_choice(gate: Gate) -> None:
    assert problem(gate.as_("operator").post(KEEP, json={"entities": ["mcp/one"], "local": "shop"})) == (422, "invalid")


def test_nothing_moves_where_main_is_no_more_what_was_seen(gate: Gate) -> None:
    answer = gate.as_("operator").post(KEEP, json={"entities": ["mcp/one"], "client": "codex", "base_revision": "abcdef12"})
    assert problem(answer) == (409, "stale")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"entities": ["mcp/none"], "client": "codex"}, (422, "stalled")),
        ({"entities": ["mcp/one"], "client": "codex", "project": "shop"}, (400, "malformed")),
        ({"entities": []}, (422, "invalid")),
    ],
)
def test_what_cannot_be_moved_is_said(gate: Gate, body: dict[str, object], told: tuple[int, str]) -> None:
    assert problem(gate.as_("operator").post(KEEP, json=body)) == told
