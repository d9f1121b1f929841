"""References are moved by compare-and-swap among racing, killed and foreign processes."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import Raced, Retryable
from reconciler.model.names import Revision
from reconciler.store import locks
from reconciler.store.git import GitStore
from tests.fakes.engine import World, with_doors
from tests.reconciler.store.repo import MAIN, git, saved

BRANCH = "refs/heads/changes/m/claude/user/01"


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    store = GitStore.create(tmp_path / "repo.git")
    first = saved(store, {"a": b"1"})
    store.move_ref(MAIN, first, None)
    store.move_ref(BRANCH, first, None)
    return store


def tip_of(store: GitStore) -> Revision:
    tip = store.ref(MAIN)
    assert tip is not None
    return tip


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "tests.reconciler.store.writers", *arguments]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def left_over(store: GitStore, lock: str, age_s: float) -> Path:
    path = store.path / lock
    path.write_text("")
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_two_racing_processes_lose_no_move(store: GitStore) -> None:
    run("race", str(store.path), "2", "200")
    files = store.files(tip_of(store))
    assert {f"{writer}/{number}" for writer in range(2) for number in range(200)} <= set(files)
    assert len(list(store.history(tip_of(store)))) == 401


def test_plain_git_races_with_us_and_nothing_is_lost(store: GitStore) -> None:
    racer = subprocess.Popen([sys.executable, "-m", "tests.reconciler.store.writers", "race", str(store.path), "1", "100"], cwd=Path(__file__).parents[3])
    moved = 0
    while racer.poll() is None:
        tip = tip_of(store)
        new = saved(store, {f"git/{moved}": b"x"}, tip)
        done = subprocess.run(["git", "-C", str(store.path), "update-ref", MAIN, new, tip], capture_output=True, check=False)
        moved += done.returncode == 0
    assert racer.returncode == 0
    assert len(list(store.history(tip_of(store)))) == 1 + 100 + moved


def test_packing_references_meanwhile_loses_nothing(store: GitStore) -> None:
    racer = subprocess.Popen([sys.executable, "-m", "tests.reconciler.store.writers", "race", str(store.path), "1", "100"], cwd=Path(__file__).parents[3])
    while racer.poll() is None:
        subprocess.run(["git", "-C", str(store.path), "pack-refs", "--all"], capture_output=True, check=False)
    assert len(list(store.history(tip_of(store)))) == 101


@pytest.mark.parametrize("times", [30, pytest.param(300, marks=pytest.mark.long)])
def test_a_killed_process_damages_nothing_and_blocks_nobody(store: GitStore, times: int) -> None:
    printed = run("kill", str(store.path), str(times), "1")
    assert len(printed.split()) == times
    assert git(store.path, "fsck", "--strict", "--no-dangling") == ""
    assert store.files(tip_of(store))["kept"] == b"%d" % (times - 1)


@pytest.mark.parametrize("lock", [MAIN + ".lock", "packed-refs.lock"])
def test_the_lock_of_a_writer_that_died_is_cleared(store: GitStore, lock: str) -> None:
    path = left_over(store, lock, age_s=locks.ABANDONED_S + 1)
    (store.path / locks.WRITER).write_text(f"99999999\n{MAIN}\npacked-refs\n")
    store.move_ref(BRANCH, None, tip_of(store))
    assert not path.exists()


def test_it_is_cleared_too_where_nothing_is_moved(store: GitStore) -> None:
    path = left_over(store, MAIN + ".lock", age_s=locks.ABANDONED_S + 1)
    (store.path / locks.WRITER).write_text(f"99999999\n{MAIN}\n")
    store.recover()
    assert not path.exists()


def test_an_engine_that_goes_on_running_clears_it_with_nothing_to_do(tmp_path: Path) -> None:
    world = with_doors(World(is_up=True), store=GitStore.create(tmp_path / "repo.git"))
    world.adopt()
    path = tmp_path / "repo.git" / (MAIN + ".lock")
    path.write_text("")
    os.utime(path, (time.time() - locks.ABANDONED_S - 1,) * 2)
    (tmp_path / "repo.git" / locks.WRITER).write_text(f"99999999\n{MAIN}\n")
    world.sync()
    assert not path.exists()


def test_the_lock_of_an_unknown_process_is_cleared_when_it_is_old(store: GitStore) -> None:
    left_over(store, MAIN + ".lock", age_s=locks.FOREIGN_S + 1)
    tip = tip_of(store)
    store.move_ref(MAIN, saved(store, {"a": b"2"}, tip), tip)
    assert tip_of(store) != tip


def test_the_lock_of_a_living_process_is_left_alone(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_S", 0.0)
    path = left_over(store, MAIN + ".lock", age_s=locks.FOREIGN_S - 20)
    tip = tip_of(store)
    with pytest.raises(Retryable, match=r"main\.lock is held by another Git process"):
        store.move_ref(MAIN, saved(store, {"a": b"2"}, tip), tip)
    assert (path.exists(), tip_of(store)) == (True, tip)


def test_a_second_writer_waits_for_the_first(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_S", 0.0)
    tip = tip_of(store)
    with locks.writer(store.path, []), pytest.raises(Retryable, match="another writer of this program"):
        store.move_ref(MAIN, None, tip)


def test_no_lock_is_left_after_any_move(store: GitStore) -> None:
    tip = tip_of(store)
    store.move_ref(MAIN, saved(store, {"a": b"2"}, tip), tip)
    with pytest.raises(Raced):
        store.move_ref(MAIN, tip, tip)
    store.move_ref(BRANCH, None, tip)
    assert [path.name for path in store.path.rglob("*.lock")] == []


def test_moving_to_where_it_is_writes_nothing(store: GitStore) -> None:
    tip = tip_of(store)
    before = ((store.path / MAIN).stat().st_mtime_ns, (store.path / "logs" / MAIN).read_bytes())
    store.move_ref(MAIN, tip, tip)
    assert ((store.path / MAIN).stat().st_mtime_ns, (store.path / "logs" / MAIN).read_bytes()) == before


def test_folders_of_a_deleted_branch_are_in_nobodys_way(store: GitStore) -> None:
    tip = tip_of(store)
    store.move_ref(BRANCH, None, tip)
    assert store.refs("refs/heads/changes") == {}
    store.move_ref("refs/heads/changes", tip, None)
    store.move_ref("refs/heads/changes", None, tip)
    store.move_ref(BRANCH, tip, None)
    store.move_ref(BRANCH, None, tip)
    git(store.path, "branch", "changes", "main")
    git(store.path, "pack-refs", "--all", "--prune")
    assert store.ref("refs/heads/changes") == tip


def test_the_reflog_of_a_deleted_branch_goes_with_it(store: GitStore) -> None:
    git(store.path, "-c", "user.name=a", "-c", "user.email=a@b", "update-ref", "--create-reflog", "refs/heads/x/y", MAIN)
    store.move_ref("refs/heads/x/y", None, tip_of(store))
    assert not (store.path / "logs/refs/heads/x").exists()


def test_a_packed_branch_is_deleted_and_its_neighbours_stay(store: GitStore) -> None:
    tip = tip_of(store)
    git(store.path, "-c", "user.name=a", "-c", "user.email=a@b", "tag", "-a", "-m", "note", "v1", "main")
    git(store.path, "pack-refs", "--all")
    before = git(store.path, "show-ref", "--dereference").splitlines()
    store.move_ref(BRANCH, None, tip)
    assert git(store.path, "show-ref", "--dereference").splitlines() == [line for line in before if BRANCH not in line]


def test_a_packed_tag_is_deleted_with_what_it_peels_to(store: GitStore) -> None:
    git(store.path, "-c", "user.name=a", "-c", "user.email=a@b", "tag", "-a", "-m", "note", "v1", "main")
    git(store.path, "pack-refs", "--all")
    store.move_ref("refs/tags/v1", None, store.ref("refs/tags/v1"))
    assert "^" not in (store.path / "packed-refs").read_text().split("\n", 1)[1]


def test_an_empty_folder_of_its_name_is_not_in_the_way(store: GitStore) -> None:
    (store.path / "refs/heads/new/deep").mkdir(parents=True)
    store.move_ref("refs/heads/new", tip_of(store), None)
    assert store.ref("refs/heads/new") == tip_of(store)


def test_a_lock_of_ours_that_could_not_be_removed_is_gone_when_the_repository_is_next_opened(
    store: GitStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tip = tip_of(store)
    store.move_ref("refs/heads/short", tip, None)
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", broken_for(".lock"))
        with pytest.raises(Retryable, match="Input/output"):
            store.move_ref("refs/heads/short", None, tip)
    assert [lock.name for lock in store.path.rglob("*.lock")] == ["short.lock"]
    GitStore.open(store.path)
    assert list(store.path.rglob("*.lock")) == []


def test_what_another_process_locks_meanwhile_is_not_taken_for_ours(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    tip = tip_of(store)
    store.move_ref("refs/heads/short", tip, None)
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", broken_for(".lock"))
        with pytest.raises(Retryable):
            store.move_ref("refs/heads/short", None, tip)
    foreign = left_over(store, "packed-refs.lock", locks.ABANDONED_S + 1)
    GitStore.open(store.path)
    assert list(store.path.rglob("*.lock")) == [foreign]


def broken_for(ending: str) -> Callable[[str | Path], None]:
    """Removes files as always, but for those that end so."""
    remove = os.unlink

    def unlink(path: str | Path) -> None:
        if os.fspath(path).endswith(ending):
            raise OSError(errno.EIO, os.strerror(errno.EIO), os.fspath(path))
        remove(path)

    return unlink
