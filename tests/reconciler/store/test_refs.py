"""References read from files are what pygit2 and plain git read, loose or packed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pygit2
import pytest

from reconciler.errors import Stalled
from reconciler.store.git import GitStore
from reconciler.store.refs import head_revision, refs_quick
from tests.reconciler.store.repo import MAIN, git, saved

NAMES = [MAIN, "refs/heads/changes/m/claude/user/01", "refs/synced/m/claude/user", "refs/synced/m/claude/project.a", "refs/heads/한"]


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    store = GitStore.create(tmp_path / "repo.git")
    for number, name in enumerate(NAMES):
        store.move_ref(name, saved(store, {"a": b"%d" % number}), None)
    return store


def by_pygit2(path: Path) -> dict[str, str]:
    repo = pygit2.Repository(str(path))
    return {name: str(repo.references[name].target) for name in sorted(repo.references)}


def by_git(path: Path) -> dict[str, str]:
    lines = git(path, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return {name: revision for name, _, revision in (line.partition(" ") for line in lines)}


@pytest.mark.parametrize("commands", [[], ["pack-refs --all"], ["tag -a -m note v1 main", "pack-refs --all"], ["gc --quiet"]])
def test_references_are_the_same_by_all_readers(store: GitStore, commands: list[str]) -> None:
    for command in commands:
        git(store.path, "-c", "user.name=a", "-c", "user.email=a@b", *command.split())
    assert refs_quick(store.path, ["refs/"]) == by_pygit2(store.path) == by_git(store.path)


def test_a_loose_reference_overrules_a_packed_one(store: GitStore) -> None:
    old = store.ref(MAIN)
    git(store.path, "pack-refs", "--all")
    assert old is not None
    new = saved(store, {"a": b"new"}, old)
    store.move_ref(MAIN, new, old)
    assert store.ref(MAIN) == new == refs_quick(store.path, ["refs/"])[MAIN]
    assert by_pygit2(store.path) == refs_quick(store.path, ["refs/"])


@pytest.mark.parametrize("is_packed", [False, True])
def test_head_is_followed_to_main(store: GitStore, is_packed: bool) -> None:
    if is_packed:
        git(store.path, "pack-refs", "--all")
    assert head_revision(store.path) == head_revision(store.path, "HEAD") == git(store.path, "rev-parse", "HEAD").strip()


def test_a_detached_head_is_read(store: GitStore) -> None:
    git(store.path, "update-ref", "--no-deref", "HEAD", "refs/synced/m/claude/user")
    assert head_revision(store.path, "HEAD") == store.ref("refs/synced/m/claude/user")


def test_a_symbolic_reference_is_listed_as_what_it_names(store: GitStore) -> None:
    git(store.path, "symbolic-ref", "refs/remotes/origin/HEAD", MAIN)
    assert store.refs("refs/remotes/") == {"refs/remotes/origin/HEAD": store.ref(MAIN)}


@pytest.mark.parametrize("name", ["refs/heads/none", "refs/heads", "refs/heads/main/below", "refs/heads/../../config", "config", ""])
def test_what_is_no_reference_reads_as_none(store: GitStore, name: str) -> None:
    assert head_revision(store.path, name) is None


@pytest.mark.parametrize("content", ["", "garbage\n", "0123\n"])
def test_a_broken_reference_stalls_and_says_what_to_do(store: GitStore, content: str) -> None:
    (store.path / MAIN).write_text(content)
    with pytest.raises(Stalled, match=r"refs/heads/main is broken.*logs/refs/heads/main"):
        head_revision(store.path)


def test_symbolic_references_in_a_circle_stall(store: GitStore) -> None:
    git(store.path, "symbolic-ref", MAIN, MAIN.replace("main", "b"))
    git(store.path, "symbolic-ref", MAIN.replace("main", "b"), MAIN)
    with pytest.raises(Stalled, match="without an end"):
        head_revision(store.path)


def test_lock_files_are_no_references(store: GitStore) -> None:
    (store.path / "refs/heads/other.lock").write_text("1" * 40)
    assert "refs/heads/other.lock" not in store.refs("refs/")


def test_a_folder_that_cannot_be_listed_is_not_taken_for_an_empty_one(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: str) -> NoReturn:
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(OSError, match="Input/output"):
        store.refs("refs/synced/")


def test_thousands_of_packed_references_are_read(store: GitStore) -> None:
    tip = store.ref(MAIN)
    (store.path / "packed-refs").write_text("".join(f"{tip} refs/synced/m{number:04}/claude/user\n" for number in range(2_000)))
    assert store.ref("refs/synced/m1999/claude/user") == tip
    assert len(store.refs("refs/synced/m0")) == 1_000


def test_several_prefixes_are_read_at_once(store: GitStore) -> None:
    found = refs_quick(store.path, [MAIN, "refs/synced/m/"])
    assert list(found) == [MAIN, "refs/synced/m/claude/project.a", "refs/synced/m/claude/user"]


def test_reading_references_never_imports_pygit2(store: GitStore) -> None:
    code = (
        "import sys; from reconciler.store.git import GitStore; s = GitStore.open(sys.argv[1]);"
        "print(s.ref('refs/heads/main'), len(s.refs('refs/'))); assert 'pygit2' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code, str(store.path)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{store.ref(MAIN)} {len(NAMES)}\n", "")


