from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from reconciler.errors import Retryable
from reconciler.formats.edit import Set
from reconciler.model.refnames import synced_ref
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.recording import Recording
from tests.fakes.engine import SERVERS, STDIO, World
from tests.fakes.memory import MemoryMemory
from tests.fakes.records import MemoryRecords


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def world(records: MemoryRecords) -> World:
    made = World()
    made.adopt()
    made.clock.advance(60)
    synced(made, records)
    records.rows.clear()
    return made


def synced(world: World, records: MemoryRecords) -> Pass:
    result = world.sync()
    Recording(world.ports, world.engine.centre, records).note([result])
    return result


def add_server(world: World, client: str, **fields: object) -> None:
    path, at = SERVERS[client]
    world.edit(path, Set((*at, "github"), {**STDIO, **fields}))


def test_a_pass_without_work_leaves_no_row(world: World, records: MemoryRecords) -> None:
    synced(world, records)
    assert records.rows == []


def test_each_target_that_was_worked_on_has_a_session(world: World, records: MemoryRecords) -> None:
    add_server(world, "claude")
    result = synced(world, records)
    assert {s.target.client for s in records.sessions} == {"claude", "codex", "qwen", "acli"}
    assert {s.run for s in records.sessions} == {result.session}
    assert {s.status for s in records.sessions} == {"success"}
    written = next(s for s in records.sessions if s.target.client == "codex")
    assert [e.payload["files"] for e in written.events if e.type == "written"] == [[".codex/config.toml"]]


def test_a_session_has_what_was_agreed_on_and_how_that_differs(world: World, records: MemoryRecords) -> None:
    add_server(world, "claude")
    synced(world, records)
    made = {a.kind: a.text for s in records.sessions if s.target.client == "claude" for a in s.artifacts}
    assert json.loads(made["config_snapshot"])["mcp/github"]["command"] == STDIO["command"]
    assert '+  "mcp/github": {' in made["diff"]


def test_what_was_met_the_last_time_as_well_is_not_told_again(world: World, records: MemoryRecords) -> None:
    world.edit(".claude.json", Set(("mcpServers", "stream"), {"type": "sse", "url": "https://mcp.example.com/sse"}))
    synced(world, records)  # codex has no such transport
    assert "dropped" in {e.type for s in records.sessions for e in s.events}
    records.rows.clear()
    add_server(world, "claude")
    synced(world, records)
    assert {e.type for s in records.sessions for e in s.events} == {"captured", "written", "agreed"}
    assert any(s.summary["dropped"] for s in records.sessions)


def test_passes_in_a_row_are_kept_at_once_each_with_its_own_session(world: World, records: MemoryRecords) -> None:
    engine = world.engine
    add_server(world, "claude")
    first = engine.reconcile([t for t in engine.targets() if t.client == "claude"])
    second = engine.reconcile([t for t in engine.targets() if t.client != "claude"])
    Recording(world.ports, engine.centre, records).note([first, second])
    assert [s.run for s in records.sessions if s.target.client == "claude"] == [first.session]
    assert {s.run for s in records.sessions if s.target.client != "claude"} == {second.session}


def test_a_pass_that_ended_before_its_record_is_in_the_record_of_the_next(world: World, records: MemoryRecords) -> None:
    add_server(world, "claude")
    world.sync()  # as a process that is killed then
    result = synced(world, records)
    assert {s.target.client for s in records.sessions} == {"claude", "codex", "qwen", "acli"}
    told = next(s for s in records.sessions if s.target.client == "codex")
    assert [(e.type, e.payload["after"]) for e in told.events] == [("agreed", result.synced[synced_ref(told.target.id)])]
    assert '+  "mcp/github": {' in {a.kind: a.text for a in told.artifacts}["diff"]


def test_a_failure_that_repeats_leaves_one_session(world: World, records: MemoryRecords) -> None:
    world.write(".codex/config.toml", "not = = toml")
    synced(world, records)
    synced(world, records)
    (failed,) = [s for s in records.sessions if s.target.client == "codex"]
    assert failed.status == "failed"
    assert [c.reason for s in records.statuses for c in s.conditions if c.type == "Stalled"] == ["InvalidFile"]
    assert "log" in {a.kind for a in failed.artifacts}


def test_getting_well_again_is_told(world: World, records: MemoryRecords) -> None:
    before = world.read(".codex/config.toml")
    world.write(".codex/config.toml", "not = = toml")
    synced(world, records)
    records.rows.clear()
    world.write(".codex/config.toml", before)
    synced(world, records)
    assert [(s.target.client, s.status) for s in records.sessions] == [("codex", "success")]
    assert [c.type for s in records.statuses for c in s.conditions] == ["Ready"]


def test_what_could_not_be_kept_is_kept_by_the_next_pass(world: World, records: MemoryRecords) -> None:
    add_server(world, "claude")
    records.is_full = True
    with pytest.raises(Retryable):
        synced(world, records)
    records.is_full = False
    synced(world, records)
    assert {s.target.client for s in records.sessions} == {"claude", "codex", "qwen", "acli"}


def test_no_secret_is_in_any_record(world: World, records: MemoryRecords) -> None:
    token = "ghp_" + "0123456789abcdefghij0123456789abcdef"
    add_server(world, "claude", env={"GITHUB_TOKEN": token})
    synced(world, records)
    assert records.sessions
    assert token not in repr(records.rows)


def test_what_holds_of_many_targets_is_remembered_at_once(records: MemoryRecords) -> None:
    world, memory = World(), _Counted()
    world.adopt()
    result = world.sync()
    Recording(replace(world.ports, memory=memory), world.engine.centre, records).note([result])
    assert len({status.target.id for status in records.statuses}) == 4
    assert memory.times == {"conditions": 1, "recorded": 1}


class _Counted(MemoryMemory):
    """Each time is a file that is written anew."""

    def __init__(self) -> None:
        super().__init__()
        self.times = Counter[str]()

    def save(self, name: str, facts: Mapping[str, object]) -> None:
        super().save(name, facts)
        self.times[name] += 1
