"""Exports and their list: one contract for the real ones and for the doubles in memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from reconciler.deploy.export_files import LocalExportFiles
from reconciler.errors import Stalled
from reconciler.mirror.database import Database
from reconciler.mirror.exports import SqlExports
from reconciler.mirror.sessions import SqlSessions
from reconciler.ports.exports import ExportFiles, ExportList, KeptExport
from reconciler.ports.live import Sessions
from tests.fakes.exports import MemoryExportFiles, MemoryExports
from tests.fakes.sessions import MemorySessions

IDS = [f"0198f2b4-5d1e-7c3a-9a51-0c8f6a1b2c3{n}" for n in range(4)]


@pytest.fixture(params=["memory", "disk"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> ExportFiles:
    return MemoryExportFiles() if request.param == "memory" else LocalExportFiles(tmp_path / "exports")


def test_what_was_written_is_read_and_has_its_checksum(files: ExportFiles) -> None:
    checksum, size = files.write("nightly/one.zip", iter([b"on", b"e"]))
    assert (checksum, size) == (f"sha256:{hashlib.sha256(b'one').hexdigest()}", 3)
    assert b"".join(files.read("nightly/one.zip", checksum) or ()) == b"one"


def test_what_is_gone_is_none(files: ExportFiles) -> None:
    checksum, _ = files.write("nightly/one.zip", [b"one"])
    files.remove("nightly/one.zip")
    files.remove("nightly/one.zip")
    assert files.read("nightly/one.zip", checksum) is None


def test_what_has_not_its_checksum_is_refused(files: ExportFiles) -> None:
    files.write("nightly/one.zip", [b"one"])
    with pytest.raises(Stalled, match="damaged"):
        files.read("nightly/one.zip", "sha256:0")


def test_files_are_for_this_user_alone_and_stay_in_their_folder(tmp_path: Path) -> None:
    files = LocalExportFiles(tmp_path / "exports")
    files.write("nightly/one.zip", [b"one"])
    assert (tmp_path / "exports/nightly/one.zip").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "exports/nightly").stat().st_mode & 0o777 == 0o700
    with pytest.raises(Stalled):
        files.write("../outside", [b"one"])


def test_one_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> object:
        yield b"one"
        raise LookupError

    with pytest.raises(LookupError):
        LocalExportFiles(tmp_path).write("nightly/one.zip", broken())  # type: ignore[arg-type]
    assert list((tmp_path / "nightly").iterdir()) == []


Lists = tuple[ExportList, Sessions]


@pytest.fixture(params=["memory", "postgresql"])
def lists(request: pytest.FixtureRequest) -> Lists:
    if request.param == "memory":
        exports = MemoryExports()
        return exports, MemorySessions(exports=exports)
    database: Database = request.getfixturevalue("database")
    return SqlExports(database), SqlSessions(database)


def of(id_: str, at: float, schedule: str = "nightly", machine: str = "laptop-1") -> KeptExport:
    return KeptExport(id_, schedule, machine, f"{schedule}/{id_}.zip", "sha256:0", 3, at)


def test_exports_of_a_schedule_are_listed_newest_first(lists: Lists) -> None:
    exports, sessions = lists
    rows = [of(IDS[0], 1.0), of(IDS[1], 2.0), of(IDS[2], 3.0, schedule="hourly"), of(IDS[3], 4.0, machine="laptop-2")]
    for row in rows:
        exports.add(row)
    assert exports.of("nightly", "laptop-1") == [rows[1], rows[0]]
    found, count = sessions.artifacts({"type": "export", "schedule": "nightly"}, 2, 0)
    assert ([row["id"] for row in found], count) == ([IDS[3], IDS[1]], 3)
    assert sessions.artifacts({"client": "laptop-1/codex/user"}, 10, 0) == ([], 0)


def test_what_was_removed_is_no_longer_listed(lists: Lists) -> None:
    exports, sessions = lists
    for id_ in IDS[:2]:
        exports.add(of(id_, 1.0))
    exports.remove([IDS[0]])
    assert [export.id for export in exports.of("nightly", "laptop-1")] == [IDS[1]]
    assert sessions.artifact(IDS[0]) is None


def test_exports_do_not_go_with_what_passes_left(database: Database) -> None:
    SqlExports(database).add(of(IDS[0], 1.0))
    assert SqlSessions(database).forget_artifacts(100.0) == 0
    assert SqlSessions(database).artifact(IDS[0])
