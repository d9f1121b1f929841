"""How long backups are kept."""

from __future__ import annotations

from reconciler.deploy.disk import LocalDisk
from reconciler.model.names import TargetId
from reconciler.ports import Backup
from tests.reconciler.deploy.conftest import TARGET, Home, swap_with, write

DAY_S = 24 * 3600.0


def contents(home: Home) -> int:
    return len([path for path in (home.backups / "objects").rglob("*") if path.is_file()])


def written(home: Home, count: int, path: str = "a.json", every_s: float = DAY_S, target: TargetId = TARGET) -> LocalDisk:
    """A file that had ``count`` contents, one after the other."""
    disk, was = home.disk(), None
    for number in range(count):
        data = f"{path} {number}".encode()
        disk.apply(target, home.root, [write(path, data, was)])
        was = data
        home.clock.advance(every_s)
    return disk


def test_young_backups_stay(home: Home) -> None:
    disk = written(home, 40, every_s=60.0)
    assert (disk.forget_old(home.clock.now()), len(disk.backups(TARGET))) == (0, 40)


def test_old_backups_go_but_the_newest_and_the_first_stay(home: Home) -> None:
    disk = written(home, 40, every_s=60.0)
    home.clock.advance(31 * DAY_S)
    before = disk.backups(TARGET)
    assert disk.forget_old(home.clock.now()) == 39 - 20
    assert (disk.backups(TARGET)[:-1], contents(home)) == (before[:20], 21)  # and what was written last


def test_the_first_is_joined_with_those_that_went(home: Home) -> None:
    disk = written(home, 40, every_s=60.0)
    before = disk.backups(TARGET)
    for _ in range(2):
        disk.forget_old(home.clock.now(), keep_s=0.0)
        joined = disk.backups(TARGET)[-1]
        assert (joined.digest, joined.replaced_by, joined.is_joined) == (None, before[19].digest, True)
        assert joined.replaced_by is not None
        assert disk.backup_data(joined.replaced_by) == b"a.json 19"


def test_the_newest_are_counted_for_each_file(home: Home) -> None:
    disk = written(home, 5, "a.json")
    written(home, 5, "b.json")
    disk.forget_old(home.clock.now(), keep_s=0.0, keep_count=2)
    assert sorted(backup.path for backup in disk.backups(TARGET)) == ["a.json"] * 3 + ["b.json"] * 3  # two, and the first


def test_what_another_target_needs_stays(home: Home) -> None:
    disk, other = written(home, 3, "a.json"), TargetId("laptop-1/codex/user")
    written(home, 3, "b.json", target=other)
    disk.forget_old(home.clock.now(), keep_s=0.0, keep_count=1)
    backup, first = disk.backups(other)
    assert first.digest is None
    assert backup.digest is not None
    assert disk.backup_data(backup.digest) == b"b.json 1"


def test_kept_backups_can_still_be_read(home: Home) -> None:
    disk = written(home, 40)
    disk.forget_old(home.clock.now(), keep_s=5 * DAY_S, keep_count=3)
    assert [disk.backup_data(backup.digest) for backup in disk.backups(TARGET) if backup.digest] == [
        f"a.json {number}".encode() for number in range(38, 33, -1)
    ]


def test_nothing_is_forgotten_while_a_target_is_written(home: Home) -> None:
    disk = written(home, 40)
    forgotten: list[int] = []
    home.apply(
        write("a.json", b"last", b"a.json 39"), swap=swap_with(before=lambda: forgotten.append(disk.forget_old(home.clock.now(), 0.0, 0)))
    )
    assert (forgotten, len(disk.backups(TARGET))) == ([0], 41)


def test_there_is_nothing_to_forget_at_first(home: Home) -> None:
    assert (home.disk().forget_old(0.0), home.disk().backups(TARGET)) == (0, list[Backup]())
