"""Over real transports: `git http-backend` with a password from a credential helper, and sshd with a key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import RemoteFailed
from reconciler.ports import RefPush
from reconciler.store.git import GitStore
from reconciler.store.transport import GitRemote
from tests.reconciler.store.hosts import SSHD, WORD, helper, http_host, ssh_host
from tests.reconciler.store.repo import ENVIRON, MAIN, git, saved

needs_sshd = pytest.mark.skipif(SSHD is None, reason="sshd is not installed (Debian: openssh-server)")
FETCHED = "refs/fetched/heads/main"


def exchanged(remote: Callable[[GitStore], GitRemote], folder: Path) -> None:
    """One machine pushes, another one fetches it."""
    a, b = GitStore.create(folder / "a.git"), GitStore.create(folder / "b.git")
    revision = saved(a, {"f": b"1"})
    assert remote(a).push([RefPush(MAIN, revision, None)])[MAIN].word == "done"
    remote(b).fetch(["refs/heads/*"])
    assert b.files(b.ref(FETCHED) or revision) == {"f": b"1"}
    assert b.ref(FETCHED) == revision


def test_over_http_with_a_credential_helper(tmp_path: Path) -> None:
    git(GitStore.create(tmp_path / "host.git").path, "config", "http.receivepack", "true")
    with http_host(tmp_path) as address:
        environ = {**ENVIRON, **helper(tmp_path)}
        exchanged(lambda store: GitRemote(store.path, f"{address}/host.git", environ), tmp_path)


@pytest.mark.parametrize("knows", ["nothing", "a wrong password"])
def test_over_http_without_the_password_nobody_is_asked(tmp_path: Path, knows: str) -> None:
    GitStore.create(tmp_path / "host.git")
    environ = ENVIRON if knows == "nothing" else {**ENVIRON, **helper(tmp_path, "wrong")}
    with http_host(tmp_path) as address, pytest.raises(RemoteFailed) as error:
        GitRemote(GitStore.create(tmp_path / "a.git").path, f"{address}/host.git", environ).fetch(["refs/heads/*"])
    assert error.value.reason == "AccessRefused"
    assert WORD not in str(error.value)


def test_over_http_a_repository_that_is_not_there(tmp_path: Path) -> None:
    environ = {**ENVIRON, **helper(tmp_path)}
    with http_host(tmp_path) as address, pytest.raises(RemoteFailed) as error:
        GitRemote(GitStore.create(tmp_path / "a.git").path, f"{address}/none.git", environ).fetch(["refs/heads/*"])
    assert error.value.reason == "NoSuchRepository"


@needs_sshd
def test_over_ssh_with_a_key(tmp_path: Path) -> None:
    host = GitStore.create(tmp_path / "host.git").path
    with ssh_host(tmp_path) as (address, own):
        exchanged(lambda store: GitRemote(store.path, f"{address}{host}", {**ENVIRON, **own}), tmp_path)


@needs_sshd
@pytest.mark.parametrize(("file", "reason"), [("known", "HostKeyRefused"), ("mine", "AccessRefused")])
def test_over_ssh_without_the_hosts_key_or_ones_own(tmp_path: Path, file: str, reason: str) -> None:
    host = GitStore.create(tmp_path / "host.git").path
    with ssh_host(tmp_path) as (address, own):
        (tmp_path / file).unlink()
        with pytest.raises(RemoteFailed) as error:
            GitRemote(GitStore.create(tmp_path / "a.git").path, f"{address}{host}", {**ENVIRON, **own}).fetch(["refs/heads/*"])
    assert error.value.reason == reason


@pytest.mark.long
def test_two_writers_race_over_http_and_no_commit_is_lost(tmp_path: Path) -> None:
    host = GitStore.create(tmp_path / "host.git").path
    git(host, "config", "http.receivepack", "true")
    made: list[str] = []
    with http_host(tmp_path) as address:
        environ = {**ENVIRON, **helper(tmp_path)}

        def write(name: str) -> None:
            store = GitStore.create(tmp_path / f"{name}.git")
            remote = GitRemote(store.path, f"{address}/host.git", environ)
            for number in range(100):
                while True:
                    remote.fetch(["refs/heads/main*"])
                    there = store.ref(FETCHED)
                    new = saved(store, {f"{name}/{number}": b"x"}, *([there] if there else []))
                    if remote.push([RefPush(MAIN, new, there)])[MAIN].word == "done":
                        made.append(new)
                        break

        writers = [threading.Thread(target=write, args=[name]) for name in ("a", "b")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    kept = set(git(host, "rev-list", "main").split())
    assert len(made) == 200
    assert set(made) <= kept
    assert len(git(host, "ls-tree", "-r", "--name-only", "main").split()) == 200
    git(host, "fsck", "--strict")
