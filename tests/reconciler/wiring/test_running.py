"""The parts of `up` put together, on real servers."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

import pytest

from reconciler.deploy.backups import KEEP_S
from reconciler.errors import Retryable
from reconciler.mirror.database import Database
from reconciler.mirror.sessions import SqlSessions
from reconciler.mirror.taking import take
from reconciler.model.names import TargetId
from reconciler.ports.records import Artifact, SessionRecord, TargetRecord
from reconciler.ports.servers import Endpoints
from reconciler.settings import Settings, settings_from
from reconciler.wiring import journal
from reconciler.wiring.running import running

TARGET = TargetRecord(TargetId("laptop-1/claude/user"), "claude", "/home/ann", {})


@pytest.fixture
def settings(tmp_path: Path, database_url: str, endpoints: Endpoints) -> Settings:
    urls = {"RECONCILER_DATABASE_URL": database_url, "RECONCILER_REDIS_URL": endpoints.redis_url}
    return settings_from({"HOME": str(tmp_path), "RECONCILER_HOME": str(tmp_path / "state"), **urls})


def left(settings: Settings, database: Database, run: str, at: float) -> None:
    """A pass of that time, which left its run to look at."""
    kept = journal(settings)
    kept.note([SessionRecord(run, TARGET, at, at, "success", {}, (), (Artifact("log", run),))])
    kept.replay(partial(take, database))
    newest = max(settings.artifacts.glob("*/*"), key=lambda path: path.stat().st_mtime_ns)
    os.utime(newest, (at, at))


def test_retention_lets_old_artifacts_go_and_keeps_the_others(settings: Settings, database: Database) -> None:
    now = time.time()
    left(settings, database, "01a21310232812620c53c86611", now - KEEP_S - 60)
    left(settings, database, "01a21310232812620c53c86612", now - KEEP_S + 3600)
    up = running(settings)
    assert all({name: part.look() for name, part in up.supply.parts.items()}.values())
    up.forget_old()
    sessions = SqlSessions(database)
    kept = [len(d.artifacts) for s in sessions.search({}, 10, 0)[0] if (d := sessions.one(s.id))]
    assert kept == [1, 0]
    assert [path.read_text() for path in settings.artifacts.glob("*/*")] == ["01a21310232812620c53c86612"]


def test_contents_stay_while_the_database_cannot_forget_them(settings: Settings, database: Database) -> None:
    left(settings, database, "01a21310232812620c53c86611", 1.0)
    with pytest.raises(Retryable):
        running(settings).forget_old()
    assert len(list(settings.artifacts.glob("*/*"))) == 1
