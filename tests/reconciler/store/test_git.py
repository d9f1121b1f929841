"""What plain git makes of our repositories, and what we make of others'."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pygit2
import pytest

from reconciler.errors import Raced, Stalled
from reconciler.model.names import Revision
from reconciler.store.git import GitStore
from tests.reconciler.store.repo import MAIN, git, saved


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    return GitStore.create(tmp_path / "repo.git")


def filled(store: GitStore) -> Revision:
    first = saved(store, {"a.yaml": b"1\n", "mcp/b.yaml": b"2\n", "한/글": b"3"}, message="first")
    second = saved(store, {"mcp/b.yaml": None, "rules/c.md": b"4\n"}, first, message="second\n\nTarget: m/claude/user")
    store.move_ref(MAIN, first, None)
    store.move_ref(MAIN, second, first)
    return second


def test_fsck_finds_nothing(store: GitStore) -> None:
    filled(store)
    assert git(store.path, "fsck", "--strict", "--full", "--no-dangling") == ""


def test_log_show_and_cat_file_read_it(store: GitStore) -> None:
    filled(store)
    assert git(store.path, "log", "--format=%s %an %ae %cn %ci") == (
        "second Ann ann@example.com Ann 2023-11-14 22:13:20 +0000\nfirst Ann ann@example.com Ann 2023-11-14 22:13:20 +0000\n"
    )
    assert "rules/c.md" in git(store.path, "show", "--stat", "main")
    assert git(store.path, "cat-file", "blob", "main:한/글") == "3"
    assert git(store.path, "ls-tree", "-r", "--name-only", "-z", "main") == "a.yaml\0rules/c.md\0한/글\0"


def test_trailers_are_read_by_git_log(store: GitStore) -> None:
    filled(store)
    assert git(store.path, "log", "-1", "--format=%(trailers:key=Target,valueonly)").strip() == "m/claude/user"


def test_the_repository_is_bare_and_on_main(store: GitStore) -> None:
    assert git(store.path, "rev-parse", "--is-bare-repository").strip() == "true"
    assert git(store.path, "symbolic-ref", "HEAD").strip() == MAIN


def test_moves_of_main_are_in_its_reflog(store: GitStore) -> None:
    tip = filled(store)
    lines = git(store.path, "reflog", "show", "--format=%H", "main").splitlines()
    assert (len(lines), lines[0]) == (2, tip)
    assert git(store.path, "rev-parse", "main@{1}", "HEAD@{1}").splitlines() == [lines[1]] * 2


def test_what_git_collected_into_packs_is_read_by_an_open_store(store: GitStore) -> None:
    tip = filled(store)
    git(store.path, "gc", "--quiet", "--prune=now")
    assert saved(store, {"a.yaml": b"5"}, tip) in {commit.revision for commit in store.history(saved(store, {"a.yaml": b"5"}, tip))}
    assert len(list(GitStore.open(store.path).history(tip))) == 2


def test_what_git_commits_is_read(store: GitStore, tmp_path: Path) -> None:
    filled(store)
    work = tmp_path / "work"
    git(tmp_path, "clone", "--quiet", str(store.path), str(work))
    (work / "run.sh").write_text("x")
    (work / "run.sh").chmod(0o755)
    (work / "link").symlink_to("a.yaml")
    git(work, "add", "-A")
    git(work, "-c", "user.name=Bob", "-c", "user.email=b@b", "commit", "--quiet", "-m", "by hand")
    git(work, "push", "--quiet", "origin", "main")
    tip = store.ref(MAIN)
    assert tip is not None
    assert (store.read(tip).author.name, store.files(tip)["run.sh"], store.files(tip)["link"]) == ("Bob", b"x", b"a.yaml")
    assert git(store.path, "ls-tree", saved(store, {"run.sh": b"y"}, tip), "run.sh").startswith("100755 ")


def test_names_that_are_no_utf8_are_shown_and_carried_over(store: GitStore) -> None:
    blob = git(store.path, "hash-object", "-w", "--stdin", text="x").strip()
    tree = git(store.path, "mktree", text=f"100644 blob {blob}\t\"caf\\351\"\n").strip()
    first = Revision(git(store.path, "-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", tree, "-m", "m").strip())
    second = saved(store, {"a": b"1"}, first)
    assert store.files(second) == {"a": b"1", "caf\N{REPLACEMENT CHARACTER}": b"x"}
    assert git(store.path, "ls-tree", "--name-only", second) == 'a\n"caf\\351"\n'


def test_submodules_are_no_files(store: GitStore) -> None:
    tip = filled(store)
    tree = git(store.path, "mktree", text=f"160000 commit {tip}\tsub\n").strip()
    revision = Revision(git(store.path, "-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", tree, "-m", "m").strip())
    assert store.files(revision) == {}
    assert store.changes(None, revision) == {}


def test_of_objects_that_start_alike_the_commit_is_meant(store: GitStore) -> None:
    repo = pygit2.Repository(str(store.path))
    prefixes = {saved(store, {"a": b"1"}, when=number)[:4] for number in range(100)}
    blobs = (str(repo.create_blob(b"%d" % number))[:4] for number in range(100_000))
    alike = next(prefix for prefix in blobs if prefix in prefixes)
    assert store.read(Revision(alike)).revision.startswith(alike)


def test_a_repository_is_not_made_twice(store: GitStore) -> None:
    with pytest.raises(Stalled, match="already"):
        GitStore.create(store.path)


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_what_is_no_repository_stalls(tmp_path: Path, name: str) -> None:
    with pytest.raises(Stalled, match="reconciler init"):
        GitStore.open(tmp_path / name)


def test_a_folder_that_only_looks_like_a_repository_stalls(tmp_path: Path) -> None:
    for name in ("HEAD", "objects", "refs"):
        (tmp_path / name).mkdir()
    with pytest.raises(Stalled, match="no Git repository"):
        GitStore.open(tmp_path).read(Revision("1234"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_a_repository_of_another_user_stalls_and_says_what_to_do(store: GitStore) -> None:
    os.chown(store.path, 12345, 12345)
    with pytest.raises(Stalled, match=r"belongs to another user.*safe\.directory"):
        GitStore.open(store.path)


def test_threads_share_a_store(store: GitStore) -> None:
    tip = filled(store)
    seen: list[object] = []
    threads = [threading.Thread(target=lambda: seen.append(store.files(saved(store, {"x": b"1"}, tip))["x"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [b"1"] * 8


def test_a_second_call_gives_the_same_bytes_without_reading(store: GitStore) -> None:
    tip = filled(store)
    files = store.files(tip)
    for blob in (store.path / "objects").rglob("??*"):
        if blob.is_file() and blob.stat().st_size < 40:
            blob.unlink()
    assert store.files(tip) == files


def test_how_long_commits_and_moves_take_is_told_failed_ones_too(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    GitStore.create(tmp_path / "repo.git")
    store = GitStore.open(tmp_path / "repo.git", lambda operation, took_s: told.append((operation, took_s)))
    revision = saved(store, {"a.yaml": b"1\n"})
    store.move_ref(MAIN, revision, None)
    with pytest.raises(Raced):
        store.move_ref(MAIN, revision, None)
    assert [operation for operation, _ in told] == ["commit", "move-ref", "move-ref"]
    assert all(took_s > 0 for _, took_s in told)
