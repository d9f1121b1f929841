"""A run that dies at any moment leaves each file whole, and the next run leaves nothing else behind."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.deploy.backups import Backups
from reconciler.deploy.journal import Entry, Journal
from reconciler.model.names import RelPath
from tests.reconciler.deploy.conftest import TARGET, Home, write

OLD, NEW, THEIRS = b"old", b"new" * 1000, b"theirs"

RUN = """
import os, signal, sys
from pathlib import Path
from reconciler.deploy import rename
from reconciler.deploy.disk import LocalDisk
from reconciler.deploy.reading import digest_of
from reconciler.ports import Write
from tests.fakes.clock import FakeClock

home, point, kind, client = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4].encode()
calls = [0]

def passed():
    calls[0] += 1
    if calls[0] == point:
        os.kill(os.getpid(), signal.SIGKILL)

def whole(folder, staged, name):
    passed()
    if client:
        (home / name).write_bytes(client)
    rename.swap(folder, staged, name)
    passed()

def in_steps(folder, staged, name):
    aside = staged + rename.ASIDE
    passed()
    if kind == "linked":
        os.link(name, aside, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.rename(name, aside, src_dir_fd=folder, dst_dir_fd=folder)
    passed()
    os.rename(staged, name, src_dir_fd=folder, dst_dir_fd=folder)
    passed()
    os.rename(aside, staged, src_dir_fd=folder, dst_dir_fd=folder)
    passed()

old, new = b"old", b"new" * 1000
disk = LocalDisk(home.parent / "backups", FakeClock(), swap=whole if kind == "whole" else in_steps)
was = digest_of(old)
disk.apply("laptop-1/claude/user", str(home), [Write("a.json", new, was), Write("b.json", new, was), Write("c.json", new, None)])
"""

POINTS = [("whole", point) for point in range(1, 5)] + [(kind, point) for kind in ("linked", "renamed") for point in range(1, 9)]


def killed(home: Home, kind: str, point: int, client: bytes = b"") -> None:
    code = [sys.executable, "-c", RUN, str(home.path), str(point), kind, client.decode()]
    root = Path(__file__).parents[3]
    assert subprocess.run(code, check=False, cwd=root).returncode == -signal.SIGKILL


@pytest.fixture
def two_files(home: Home) -> Home:
    for name in ("a.json", "b.json"):
        (home.path / name).write_bytes(OLD)
    return home


def next_run(home: Home) -> None:
    home.apply(write("other.json", b"", None))


@pytest.mark.parametrize(("kind", "point"), POINTS)
def test_every_file_is_whole_after_the_next_run_and_nothing_else_is_left(two_files: Home, kind: str, point: int) -> None:
    killed(two_files, kind, point)
    next_run(two_files)
    assert two_files.files() - {"c.json"} == {"a.json", "b.json", "other.json"}
    assert {(two_files.path / name).read_bytes() for name in ("a.json", "b.json")} <= {OLD, NEW}


def test_the_old_content_is_in_the_backups_of_a_killed_run(two_files: Home) -> None:
    killed(two_files, "whole", 2)
    disk = two_files.disk()
    backup = next(backup for backup in disk.backups(TARGET) if backup.path == "a.json")
    assert backup.digest is not None
    assert disk.backup_data(backup.digest) == OLD


def test_what_a_client_wrote_just_before_the_kill_is_given_back(two_files: Home) -> None:
    killed(two_files, "whole", 2, THEIRS)
    assert (two_files.path / "a.json").read_bytes() == NEW
    next_run(two_files)
    assert (two_files.path / "a.json").read_bytes() == THEIRS


def test_what_a_client_wrote_after_the_kill_stands_and_what_it_wrote_before_is_kept(two_files: Home) -> None:
    killed(two_files, "whole", 2, THEIRS)
    (two_files.path / "a.json").write_bytes(b"newest")
    next_run(two_files)
    disk = two_files.disk()
    kept = {disk.backup_data(backup.digest) for backup in disk.backups(TARGET) if backup.digest is not None}
    assert ((two_files.path / "a.json").read_bytes(), THEIRS in kept) == (b"newest", True)


def test_a_torn_line_in_the_journal_costs_only_itself(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path / "a.jsonl"))
    first, second = (Entry("staged", 1.0, RelPath("a.json"), None, temp=name) for name in ("one", "two"))
    journal.append([first])
    with open(tmp_path / "a.jsonl", "ab") as file:
        file.write(b'{"state":"sta')
    journal.append([second])
    assert journal.entries() == [first, second]


FULL = """
import resource, sys
from pathlib import Path
from reconciler.deploy.disk import LocalDisk
from reconciler.deploy.reading import digest_of
from reconciler.errors import Stalled
from reconciler.ports import Write
from tests.fakes.clock import FakeClock

home, was = Path(sys.argv[1]), digest_of(b"old")
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    disk = LocalDisk(home.parent / "backups", FakeClock())
    disk.apply("laptop-1/claude/user", str(home), [Write("a.json", b"A", was), Write("b.json", b"B" * 5000, was)])
except Stalled as error:
    print(error)
"""


def test_a_write_that_the_system_takes_only_in_part_changes_nothing(two_files: Home) -> None:
    """A limit on the size of files acts like a full disk: a short write, then an error."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(two_files.path)], check=True, cwd=Path(__file__).parents[3], capture_output=True, text=True
    )
    assert "cannot be written: File too large" in done.stdout
    assert {name: (two_files.path / name).read_bytes() for name in two_files.files()} == {"a.json": OLD, "b.json": OLD}


def test_recovering_needs_no_write_to_give_back_what_a_client_wrote(two_files: Home) -> None:
    killed(two_files, "whole", 2, THEIRS)
    two_files.disk().recover(TARGET)
    assert ((two_files.path / "a.json").read_bytes(), two_files.files() - {"c.json"}) == (THEIRS, {"a.json", "b.json"})


def test_what_was_recovered_is_settled_and_needs_no_further_look(two_files: Home) -> None:
    killed(two_files, "whole", 2)
    two_files.disk().recover(TARGET)
    assert [entry for entry in Backups(str(two_files.backups)).journal(TARGET).entries() if entry.state == "staged"] == []


def test_recovering_where_nothing_was_ever_written_makes_nothing(home: Home) -> None:
    home.disk().recover(TARGET)
    assert not home.backups.exists()


def test_a_temporary_file_that_could_not_be_removed_goes_in_the_next_pass(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has to be written for it, and it is no other process that looks."""
    (home.path / "a.json").write_bytes(OLD)
    disk = home.disk()
    disk.recover(TARGET)
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", refused)
        disk.apply(TARGET, home.root, [write("a.json", NEW, OLD)])
        assert len(home.files()) == 2
        disk.recover(TARGET)
        assert len(home.files()) == 2
    disk.recover(TARGET)
    assert home.files() == {"a.json"}
    assert (home.path / "a.json").read_bytes() == NEW


def refused(name: str, *, dir_fd: int | None = None) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO), name)
