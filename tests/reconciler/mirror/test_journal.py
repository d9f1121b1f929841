"""Records on their way: durable at once, in the database in order and once, whatever is away or killed meanwhile."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import psycopg
import pytest

from reconciler.errors import Retryable, Stalled
from reconciler.mirror.artifacts import Artifacts
from reconciler.mirror.audit import SqlAudit
from reconciler.mirror.database import Database
from reconciler.mirror.journal import Journal
from reconciler.mirror.lines import Row
from reconciler.mirror.sessions import SqlSessions
from reconciler.mirror.taking import take
from reconciler.mirror.trail import AuditTrail
from reconciler.model.names import TargetId
from reconciler.model.ulid import ulid
from reconciler.ports.accounts import AuditRecord
from reconciler.ports.records import Artifact, ConditionRecord, EventRecord, SessionRecord, StatusRecord, TargetRecord

TARGET = TargetRecord(TargetId("laptop-1/claude/user"), "claude", "/home/ann", {"mode": "sync"})


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", Artifacts(tmp_path / "artifacts"))


def audit(number: int) -> AuditRecord:
    return AuditRecord(ulid(float(number), b"0123456789"), "ann", "sync.trigger", f"thing {number}", {}, float(number))


def session(run: str = "01a21310232812620c53c86612", text: str = "{}\n") -> SessionRecord:
    events = (EventRecord("written", {"files": ["a"]}), EventRecord("problem", {"reason": "zero \x00 in it"}))
    return SessionRecord(run, TARGET, 10.0, 11.5, "success", {"outcome": "converged"}, events, (Artifact("config_snapshot", text),))


class Taken:
    def __init__(self) -> None:
        self.rows: list[Row] = []

    def __call__(self, rows: Sequence[Row]) -> Sequence[Row]:
        self.rows += rows
        return []


def test_what_is_noted_comes_out_in_order_and_once(journal: Journal) -> None:
    taken = Taken()
    journal.note([audit(1)])
    journal.note([audit(2), session()])
    journal.replay(taken)
    journal.note([audit(3)])
    journal.replay(taken)
    journal.replay(taken)
    assert [row.value.get("target") if row.kind == "audit" else row.kind for row in taken.rows] == [
        "thing 1",
        "thing 2",
        "session",
        "thing 3",
    ]
    assert journal.waiting() == 0


def test_what_a_replay_could_not_give_stays_first(journal: Journal) -> None:
    def away(rows: Sequence[Row]) -> Sequence[Row]:
        raise Retryable("away")

    journal.note([audit(1)])
    with pytest.raises(Retryable):
        journal.replay(away)
    journal.note([audit(2)])
    taken = Taken()
    journal.replay(taken)
    assert [row.value["target"] for row in taken.rows] == ["thing 1", "thing 2"]


def test_a_torn_last_line_costs_nothing_that_was_promised(journal: Journal, tmp_path: Path) -> None:
    journal.note([audit(1)])
    with (tmp_path / "journal" / "records.jsonl").open("ab") as file:
        file.write(b'{"kind":"audit","id":"x')
    journal.note([audit(2)])
    taken = Taken()
    journal.replay(taken)
    assert [row.value["target"] for row in taken.rows] == ["thing 1", "thing 2"]
    assert b'"id":"x' in (tmp_path / "journal" / "unreadable.jsonl").read_bytes()


def test_what_is_kept_is_for_this_user_alone(journal: Journal, tmp_path: Path) -> None:
    journal.note([audit(1), session()])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_disk_that_takes_nothing_is_told_with_its_cure(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("in the way")
    with pytest.raises(Retryable, match=r"cannot be kept .*; make room, or mend the folder"):
        journal.note([audit(1)])


def test_a_session_is_in_the_database_with_its_parts(journal: Journal, database: Database, tmp_path: Path) -> None:
    journal.note([session()])
    journal.replay(partial(take, database))
    sessions = SqlSessions(database)
    (found,), count, counts = sessions.search({"client": "claude", "status": "success", "since": "10", "until": "11"}, 10, 0)
    whole = sessions.one(found.id)
    assert whole is not None
    assert whole.session == found
    assert (count, counts, found.started_at, found.finished_at, found.client) == (1, {"success": 1}, 10.0, 11.5, TARGET.id)
    assert [e["event_type"] for e in whole.events] == ["written", "problem"]
    (artifact,) = whole.artifacts
    assert Artifacts(tmp_path / "artifacts").read(artifact["storage_path"], artifact["checksum"]) == b"{}\n"


@pytest.mark.parametrize("id_", ["no id", "00000000-0000-0000-0000-000000000000", ""])
def test_a_session_that_is_not_there_is_none(database: Database, id_: str) -> None:
    assert SqlSessions(database).one(id_) is None


def test_a_replay_that_was_killed_after_its_commit_adds_nothing(journal: Journal, database: Database, tmp_path: Path) -> None:
    journal.note([session(), audit(1)])
    copy = (tmp_path / "journal" / "records.jsonl").read_bytes()
    journal.replay(partial(take, database))
    (tmp_path / "journal" / "replaying.jsonl").write_bytes(copy)
    journal.replay(partial(take, database))
    assert SqlSessions(database).search({}, 10, 0)[1] == 1
    assert SqlAudit(database).search({}, 10, 0)[1] == 1


def test_one_record_that_cannot_be_held_does_not_stop_the_others(journal: Journal, database: Database, tmp_path: Path) -> None:
    bad = SessionRecord("run", TARGET, 10.0, 11.0, "no such word", {})  # type: ignore[arg-type]  # a line of another version
    journal.note([audit(1), bad, audit(2)])
    journal.replay(partial(take, database))
    assert SqlAudit(database).search({}, 10, 0)[1] == 2
    assert b"no such word" in (tmp_path / "journal" / "unreadable.jsonl").read_bytes()


def test_conditions_are_those_that_hold_now(journal: Journal, database: Database) -> None:
    stalled = ConditionRecord("Stalled", "True", "InvalidFile", "line 3", "a" * 40, 5.0)
    ready = ConditionRecord("Ready", "True", "InSync", "fine", "b" * 40, 6.0)
    journal.note([StatusRecord(TARGET, (stalled,), 5.0), StatusRecord(TARGET, (ready,), 6.0)])
    journal.replay(partial(take, database))
    assert [(c["type"], c["since"]) for c in SqlSessions(database).conditions()] == [("Ready", 6.0)]


def test_audit_goes_to_the_journal_while_postgresql_is_away_and_follows_later(journal: Journal, database: Database) -> None:
    away = AuditTrail(SqlAudit(Database("postgresql://ann@127.0.0.1:9/x")), journal)
    away.add(audit(1))
    away.add(audit(2))
    journal.replay(partial(take, database))
    assert [r.target for r in SqlAudit(database).search({}, 10, 0)[0]] == ["thing 2", "thing 1"]


@pytest.mark.parametrize("action", ["users.add", "tokens.add", "policy.change"])
def test_rights_and_policy_are_not_changed_while_nobody_can_see_it(journal: Journal, action: str) -> None:
    away = AuditTrail(SqlAudit(Database("postgresql://ann@127.0.0.1:9/x")), journal)
    with pytest.raises(Retryable):
        away.add(AuditRecord(ulid(1.0, b"0123456789"), "ann", action, "zoe", {}, 1.0))
    assert journal.waiting() == 0


def test_an_audit_row_keeps_its_actor_when_the_user_goes(database: Database, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("insert into users (username, password_hash, role, created_at) values ('ann', 'x', 'admin', now())")
    SqlAudit(database).add(audit(1))
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select user_id is not null from audit_logs").fetchone() == (True,)
        connection.execute("delete from users")
        assert connection.execute("select user_id, actor from audit_logs").fetchone() == (None, "ann")


def test_an_artifact_that_was_changed_is_refused(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    path, checksum, _ = artifacts.keep("as it was")
    os.truncate(tmp_path / path, 2)
    with pytest.raises(Stalled, match="damaged"):
        artifacts.read(path, checksum)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "aa/../../x"])
def test_an_artifact_outside_of_the_folder_is_never_read(tmp_path: Path, path: str) -> None:
    with pytest.raises(Stalled):
        Artifacts(tmp_path / "artifacts").read(path, "sha256:0")


def test_old_artifacts_go_from_the_database(journal: Journal, database: Database) -> None:
    newer = session("01a21310232812620c53c86613", "new\n")
    journal.note([session("01a21310232812620c53c86611", "old\n"), SessionRecord(**{**vars(newer), "finished_at": 100.0})])
    journal.replay(partial(take, database))
    sessions = SqlSessions(database)
    assert sessions.forget_artifacts(before=50.0) == 1
    kept = {d.session.finished_at: len(d.artifacts) for s in sessions.search({}, 10, 0)[0] if (d := sessions.one(s.id))}
    assert kept == {11.5: 0, 100.0: 1}


def test_old_contents_go_but_for_what_a_newer_session_left_too(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path)
    old, both = artifacts.keep("old\n"), artifacts.keep("both\n")
    for path, *_ in (old, both):
        os.utime(tmp_path / path, (1.0, 1.0))
    artifacts.keep("both\n")
    assert artifacts.forget_old(before=50.0) == 1
    assert (artifacts.read(*old[:2]), artifacts.read(*both[:2])) == (None, b"both\n")
