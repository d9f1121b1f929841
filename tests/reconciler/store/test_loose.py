"""Objects that we write ourselves: what git would write, whole or not at all, and on the disk before a reference names them."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pygit2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import Raced, Retryable
from reconciler.ports.together import Work
from reconciler.store.git import GitStore
from reconciler.store.objects import create
from reconciler.store.paths import fit_message
from reconciler.store.staging import keeps_order
from tests.reconciler.store.repo import ANN, MAIN, git, saved

FILES = {"mcp/a.yaml": b"1\n", "mcp.yaml": b"2\n", "mcp-b/c": b"", "한/글": b"\0\xff", "README": b"3" * 70_000}
PATHS = st.lists(st.sampled_from(["a", "a.b", "a-b", "a0", "한"]), min_size=1, max_size=3).map("/".join)


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    return GitStore.create(tmp_path / "repo.git")


class Told:
    """Flushes and moves in the order in which they came about; a file keeps its number when it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, int | str]] = []
        fsync, rename, replace = os.fsync, os.rename, os.replace

        def flush(fd: int) -> None:
            fsync(fd)
            self.events.append(("flushed", os.fstat(fd).st_ino))

        def move(source: str | Path, place: str | Path) -> None:
            rename(source, place)
            self.events.append(("moved", os.fspath(place)))

        def exchange(source: str | Path, place: str | Path) -> None:
            replace(source, place)
            self.events.append(("moved", os.fspath(place)))

        monkeypatch.setattr(os, "fsync", flush)
        monkeypatch.setattr(os, "rename", move)
        monkeypatch.setattr(os, "replace", exchange)

    def at(self, word: str, what: int | str | Path) -> int:
        return self.events.index((word, what if isinstance(what, int) else os.fspath(what)))


def loose_objects(store: GitStore) -> list[Path]:
    return [path for path in (store.path / "objects").glob("??/*") if path.is_file()]


def left_over(store: GitStore) -> list[Path]:
    return list((store.path / "objects").rglob("tmp_*"))


@pytest.fixture(params=[True, False], ids=["names in order", "names in no order"])
def in_order(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """What the file system is said to do."""
    monkeypatch.setattr("reconciler.store.git.keeps_order", lambda *folders: request.param)
    return bool(request.param)


def test_all_is_flushed_before_a_reference_names_it(store: GitStore, monkeypatch: pytest.MonkeyPatch, in_order: bool) -> None:
    told = Told(monkeypatch)
    store.move_ref(MAIN, saved(store, FILES), None)
    named = told.at("moved", store.path / MAIN)
    assert told.at("flushed", (store.path / MAIN).stat().st_ino) < named < told.at("flushed", (store.path / MAIN).parent.stat().st_ino)
    for path in loose_objects(store):
        assert told.at("flushed", path.stat().st_ino) < told.at("moved", path) < named


def test_where_names_keep_no_order_folders_are_flushed_before_a_reference(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.store.git.keeps_order", lambda *folders: False)
    told = Told(monkeypatch)
    store.move_ref(MAIN, saved(store, FILES), None)
    named = told.at("moved", store.path / MAIN)
    for path in loose_objects(store):
        assert told.at("moved", path) < told.at("flushed", path.parent.stat().st_ino) < named
    assert told.at("flushed", (store.path / "objects").stat().st_ino) < named


def test_what_was_there_is_in_its_place_for_good_as_well(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another may have put it there just now."""
    monkeypatch.setattr("reconciler.store.git.keeps_order", lambda *folders: False)
    saved(store, FILES)
    told = Told(monkeypatch)
    saved(store, FILES)
    assert all(told.at("flushed", path.parent.stat().st_ino) >= 0 for path in loose_objects(store))


def test_moving_a_reference_to_a_new_commit_waits_once(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    revision = saved(store, FILES)
    told = Told(monkeypatch)
    store.move_ref(MAIN, revision, None)
    assert [word for word, _ in told.events] == ["moved", "flushed"]
    assert told.events[1] == ("flushed", (store.path / MAIN).parent.stat().st_ino)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what file system a folder is on")
def test_the_order_of_names_is_trusted_on_file_systems_that_keep_it_alone(tmp_path: Path) -> None:
    kind = subprocess.run(["stat", "-f", "-c", "%T", tmp_path], capture_output=True, text=True, check=True).stdout.strip()
    assert keeps_order(tmp_path, tmp_path.parent) == (kind in ("ext2/ext3", "xfs"))
    assert not keeps_order(Path("/proc"))


def test_of_files_for_references_that_nobody_moves_few_are_kept(store: GitStore) -> None:
    revisions = [saved(store, {"a": b"%d" % number}) for number in range(20)]
    assert 0 < len(left_over(store)) <= 8
    for revision in revisions:
        store.move_ref(f"refs/heads/{revision}", revision, None)
    assert left_over(store) == []
    assert store.refs("refs/heads/") == {f"refs/heads/{revision}": revision for revision in sorted(revisions)}


def test_objects_may_be_on_another_disk_than_references(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def within_one_disk(source: str | Path, place: str | Path) -> None:
        if "/objects/" in os.fspath(source):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        replace(source, place)

    revision = saved(store, FILES)
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", within_one_disk)
        store.move_ref(MAIN, revision, None)
    assert (store.ref(MAIN), left_over(store), list(store.path.rglob("*.lock"))) == (revision, [], [])


def test_nothing_is_left_of_a_move_that_raced(store: GitStore) -> None:
    first, second = saved(store, {"a": b"1"}), saved(store, {"a": b"2"})
    store.move_ref(MAIN, first, None)
    with pytest.raises(Raced):
        store.move_ref(MAIN, second, None)
    assert left_over(store) == []


def test_no_object_is_in_its_place_before_all_are_flushed(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(monkeypatch)
    saved(store, FILES)
    paths = loose_objects(store)
    assert max(told.at("flushed", path.stat().st_ino) for path in paths) < min(told.at("moved", path) for path in paths)


def test_flushes_are_asked_for_at_once(tmp_path: Path) -> None:
    """Each of them waits until all have begun."""
    GitStore.create(tmp_path / "repo.git")
    begun: list[threading.Barrier] = []

    def together(works: Iterable[Work]) -> None:
        all_ = list(works)
        begun.append(threading.Barrier(len(all_), timeout=60))
        with ThreadPoolExecutor(len(all_)) as pool:
            list(pool.map(lambda work: (begun[-1].wait(), work()), all_))

    saved(GitStore.open(tmp_path / "repo.git", together=together), {"a": b"1", "b": b"2"})
    assert begun[0].parties == 5, "two files, their tree, the commit, and what the reference will say"


def test_a_folder_that_goes_in_between_is_made_again(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, gone = os.rename, []

    def after_gc(source: str, place: str) -> None:
        if not gone:
            gone.append(place)
            os.rmdir(os.path.dirname(place))
        rename(source, place)

    monkeypatch.setattr(os, "rename", after_gc)
    revision = store.commit(None, {"a": b"1\n"}, [], "one", ANN)
    assert gone
    assert git(store.path, "cat-file", "-t", str(revision)).strip() == "commit"


def test_what_is_there_already_is_not_written_again(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    first = saved(store, FILES)
    for path in loose_objects(store):
        os.utime(path, (1.0, 1.0))
    told = Told(monkeypatch)
    assert saved(store, FILES) == first
    assert [what for word, what in told.events if word == "moved"] == []
    assert all(path.stat().st_mtime > 1.0 for path in loose_objects(store)), "git gc may take it away as unused"


@pytest.mark.parametrize("name", ["write", "fsync", "rename", "mkdir", "utime"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_error_leaves_nothing_behind_and_the_next_try_succeeds(
    store: GitStore, monkeypatch: pytest.MonkeyPatch, name: str, times: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, name, broken_at(name, times))
        with pytest.raises(Retryable, match="No space left"):
            saved(store, FILES)
    assert left_over(store) == []
    store.move_ref(MAIN, saved(store, FILES), None)
    assert git(store.path, "fsck", "--strict", "--full", "--no-dangling") == ""


def broken_at(name: str, times: int) -> object:
    """The call of ``os`` that fails for that time."""
    called, real = iter(range(1, 1_000)), getattr(os, name)

    def call(*arguments: object) -> object:
        if next(called) == times:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    return call


def test_a_disk_that_takes_little_at_a_time_gets_all_of_it(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda fd, data: real(fd, data[:7]))
        revision = saved(store, FILES)
    assert GitStore.open(store.path).files(revision) == FILES


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(PATHS, st.binary(max_size=9), max_size=8), st.text(max_size=30))
def test_commits_are_those_of_git(tmp_path_factory: pytest.TempPathFactory, files: Mapping[str, bytes], message: str) -> None:
    path = tmp_path_factory.getbasetemp() / "same.git"
    if not path.exists():
        create(path)
    taken = {name: data for name, data in files.items() if not any(other.startswith(f"{name}/") for other in files)}
    revision = saved(GitStore.open(path), taken, message=message)
    repo = pygit2.Repository(str(path))
    index = pygit2.Index()
    for name, data in taken.items():
        index.add(pygit2.IndexEntry(name, repo.create_blob(data), pygit2.enums.FileMode.BLOB))
    by = pygit2.Signature(ANN.name, ANN.email, int(ANN.when), 0)
    assert str(repo.create_commit(None, by, by, fit_message(message), index.write_tree(repo), [])) == revision
