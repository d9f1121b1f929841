"""What recorded passes left, taken away."""

from __future__ import annotations

import pytest

from reconciler.ports.live import Session, SessionDetail
from tests.fakes.gateway import Gate, problem

ARTIFACTS = "/api/v1/artifacts"
RUN, ID = "0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3d", "0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3e"
TEXT = "--- a/mcp/one.yaml\n+++ b/mcp/one.yaml\n+token: ${secret:one}  # ü\n"


def left(gate: Gate, kind: str = "diff", text: str = TEXT) -> str:
    """A recorded pass that left this; returns where its content is."""
    path, checksum, _ = gate.artifacts.keep(text)
    session = Session(RUN, "laptop-1/codex/user", 1.0, 2.0, "success", {})
    gate.sessions.rows.append(SessionDetail(session, (), ({"id": ID, "artifact_type": kind, "storage_path": path, "checksum": checksum},)))
    return path


@pytest.mark.parametrize(("kind", "media", "ending"), [("config_snapshot", "text/plain", "txt"), ("diff", "text/x-diff", "diff"), ("log", "application/x-ndjson", "jsonl")])
def test_an_artifact_comes_as_it_was_kept_and_as_a_file(gate: Gate, kind: str, media: str, ending: str) -> None:
    left(gate, kind)
    answer = gate.as_("viewer").get(f"{ARTIFACTS}/{ID}")
    assert (answer.status_code, answer.content) == (200, TEXT.encode())
    assert answer.headers["content-type"].partition(";")[0] == media
    assert answer.headers["content-disposition"] == f'attachment; filename="reconciler-{kind}-{ID}.{ending}"'


def test_an_artifact_is_named_by_its_session(gate: Gate) -> None:
    left(gate)
    (named,) = gate.as_("viewer").get(f"/api/v1/sync/sessions/{RUN}").json()["artifacts"]
    assert gate.as_("viewer").get(f"{ARTIFACTS}/{named['id']}").is_success


def test_an_artifact_that_nobody_knows_is_missing(gate: Gate) -> None:
    assert problem(gate.as_("viewer").get(f"{ARTIFACTS}/{ID}")) == (404, "missing")


def test_an_artifact_past_its_retention_is_missing(gate: Gate) -> None:
    gate.artifacts.forget(left(gate))
    assert problem(gate.as_("viewer").get(f"{ARTIFACTS}/{ID}")) == (404, "missing")


def test_a_damaged_artifact_is_refused_and_not_shown(gate: Gate) -> None:
    gate.artifacts.rows[left(gate)] = b"something else"
    answer = gate.as_("viewer").get(f"{ARTIFACTS}/{ID}")
    assert problem(answer) == (422, "stalled")
    assert "something else" not in answer.text
