"""A checkout on disk, by real git: what is in it, and what it is compared with."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from reconciler.errors import Stalled
from reconciler.store.checkout import compared, working_files


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.invalid", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", name)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A branch `change` of one commit, beside a main that went on."""
    (tmp_path / "origin").mkdir()
    git(tmp_path / "origin", "init", "-q")
    commit(tmp_path / "origin", "a", "1")
    git(tmp_path, "clone", "-q", "origin", "clone")
    clone = tmp_path / "clone"
    git(clone, "checkout", "-qb", "change")
    commit(clone, "b", "mine")
    commit(tmp_path / "origin", "c", "of others")
    git(clone, "fetch", "-q")
    return clone


def test_the_files_are_those_on_disk_without_gits_own(clone: Path) -> None:
    (clone / "new").mkdir()
    (clone / "new" / "file").write_text("not committed")
    assert working_files(clone) == {"a": b"1", "b": b"mine", "new/file": b"not committed"}


def test_a_link_is_its_text_and_leads_nowhere(clone: Path, tmp_path: Path) -> None:
    """A pull request in CI must not print what else is on that disk."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "key").write_text("do not show")
    (clone / "link").symlink_to(tmp_path / "private" / "key")
    (clone / "folder").symlink_to(tmp_path / "private")
    found = working_files(clone)
    assert found["link"] == str(tmp_path / "private" / "key").encode()
    assert b"do not show" not in b"".join(found.values())


def test_what_is_no_file_is_refused(clone: Path) -> None:
    os.mkfifo(clone / "pipe")
    with pytest.raises(Stalled, match="pipe is no file"):
        working_files(clone)


@pytest.mark.parametrize("against", [None, "main", "origin/main", "HEAD~1"])
def test_it_is_compared_with_where_it_left_main(clone: Path, against: str | None) -> None:
    assert compared(clone, against, None).files == {"a": b"1"}


def test_the_branch_of_a_pull_request_is_looked_for_at_the_origin_first(clone: Path) -> None:
    found = compared(clone, None, "main")
    assert (found.name[:11], found.base) == ("origin/main", git(clone, "merge-base", "HEAD", "origin/main"))


def test_a_base_that_was_not_fetched_is_told_with_the_way_to_it(clone: Path) -> None:
    with pytest.raises(Stalled, match="fetch-depth: 0"):
        compared(clone, None, "release")


def test_a_folder_without_git_is_compared_with_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    assert compared(tmp_path, None, None).files is None
    with pytest.raises(Stalled, match="no Git checkout"):
        compared(tmp_path, "main", None)


def test_a_repository_without_commits_is_compared_with_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert compared(tmp_path, None, None).base is None


def test_a_second_worktree_of_a_clone_will_do(clone: Path, tmp_path: Path) -> None:
    git(clone, "worktree", "add", "-q", str(tmp_path / "second"), "HEAD")
    assert compared(tmp_path / "second", None, "main").files == {"a": b"1"}
    assert working_files(tmp_path / "second") == {"a": b"1", "b": b"mine"}
