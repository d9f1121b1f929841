"""What goes wrong between a machine and its Git host: each fault has its word and its cure, and nothing waits for ever."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.errors import RemoteFailed, Stalled
from reconciler.ports import RefPush
from reconciler.store.address import checked_address
from reconciler.store.failures import failure, said
from reconciler.store.git import GitStore
from reconciler.store.program import Limits
from reconciler.store.transport import GitRemote
from tests.reconciler.store.repo import ENVIRON, MAIN, git, saved

ALL = ["refs/heads/*"]
PASSWORD = "pass" + "word1"


@pytest.fixture
def store(tmp_path: Path) -> GitStore:
    return GitStore.create(tmp_path / "mine.git")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return GitStore.create(tmp_path / "host.git").path


@pytest.fixture
def deaf() -> Iterator[int]:
    """The port of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def remote(store: GitStore, address: object, silence_s: float = 20.0) -> GitRemote:
    return GitRemote(store.path, str(address), ENVIRON, Limits(silence_s=silence_s))


@pytest.mark.parametrize("scheme", ["http", "git"])
def test_a_host_that_never_answers_is_given_up(store: GitStore, deaf: int, scheme: str) -> None:
    start = time.monotonic()
    with pytest.raises(RemoteFailed) as error:
        remote(store, f"{scheme}://127.0.0.1:{deaf}/x.git", silence_s=0.3).fetch(ALL)
    assert error.value.reason == "TimedOut"
    assert time.monotonic() - start < 15  # without a limit it would be for ever


def test_a_push_to_a_host_that_never_answers_is_given_up(store: GitStore, deaf: int) -> None:
    with pytest.raises(RemoteFailed, match="RECONCILER_GIT_TIMEOUT_S"):
        remote(store, f"http://127.0.0.1:{deaf}/x.git", silence_s=0.3).push([RefPush(MAIN, saved(store, {"a": b""}), None)])


def test_what_was_started_for_a_call_is_gone_after_its_time(store: GitStore, deaf: int) -> None:
    with pytest.raises(RemoteFailed):
        remote(store, f"http://127.0.0.1:{deaf}/x.git", silence_s=0.3).fetch(ALL)
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _is_readable(path)]
    assert not [words for words in commands if str(deaf).encode() in words]


def _is_readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


@pytest.mark.parametrize(
    ("address", "reason"), [("http://127.0.0.1:1/x.git", "Unreachable"), ("git://127.0.0.1:1/x.git", "Unreachable"), ("/nowhere/x.git", "NoSuchRepository")]
)
def test_a_wrong_address_says_what_is_wrong(store: GitStore, address: str, reason: str) -> None:
    with pytest.raises(RemoteFailed) as error:
        remote(store, address).fetch(ALL)
    assert error.value.reason == reason
    assert error.value.advice


def test_a_refusal_of_the_host_has_its_words(store: GitStore, host: Path) -> None:
    hook = host / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'main is protected here' >&2\nexit 1\n")
    hook.chmod(0o755)
    pushed = remote(store, host).push([RefPush(MAIN, saved(store, {"a": b""}), None)])[MAIN]
    assert pushed.word == "refused"
    assert "main is protected here" in pushed.said


def test_a_host_that_refuses_to_move_backwards_loses_nothing(store: GitStore, host: Path) -> None:
    git(host, "config", "receive.denyNonFastForwards", "true")
    first = saved(store, {"a": b"1"})
    second = saved(store, {"a": b"2"}, first)
    there = remote(store, host)
    assert there.push([RefPush(MAIN, second, None)])[MAIN].word == "done"
    assert there.push([RefPush(MAIN, first, second)])[MAIN].word != "done"
    assert git(host, "rev-parse", MAIN).strip() == second


def test_no_hook_of_this_machine_runs(store: GitStore, host: Path) -> None:
    hook = store.path / "hooks" / "pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert remote(store, host).push([RefPush(MAIN, saved(store, {"a": b""}), None)])[MAIN].word == "done"


def test_a_lock_that_a_killed_fetch_left_is_taken_away(store: GitStore, host: Path) -> None:
    remote(store, host).push([RefPush(MAIN, saved(store, {"a": b""}), None)])
    lock = store.path / "refs" / "fetched" / "heads" / "main.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    remote(store, host).fetch(ALL)
    assert list(store.refs("refs/fetched/")) == ["refs/fetched/heads/main"]


def test_an_old_lock_of_packed_references_is_taken_away(store: GitStore, host: Path) -> None:
    there = remote(store, host)
    first = saved(store, {"a": b""})
    there.push([RefPush("refs/heads/gone", first, None)])
    there.fetch(ALL)
    git(store.path, "pack-refs", "--all")
    there.push([RefPush("refs/heads/gone", None, first)])
    lock = store.path / "packed-refs.lock"
    lock.touch()
    os.utime(lock, (1_000_000_000, 1_000_000_000))
    there.fetch(ALL)
    assert store.refs("refs/fetched/") == {}


def test_a_young_lock_of_another_git_is_left(store: GitStore, host: Path) -> None:
    there = remote(store, host)
    first = saved(store, {"a": b""})
    there.push([RefPush("refs/heads/gone", first, None)])
    there.fetch(ALL)
    git(store.path, "pack-refs", "--all")
    there.push([RefPush("refs/heads/gone", None, first)])
    (store.path / "packed-refs.lock").touch()
    with pytest.raises(RemoteFailed) as error:
        there.fetch(ALL)
    assert error.value.reason == "Locked"
    assert (store.path / "packed-refs.lock").exists()


@pytest.mark.parametrize("address", ["ext::sh -c true", "--upload-pack=x", "relative/path", "", "https://", "fd::3"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Stalled, match="no address"):
        checked_address(address)


@pytest.mark.parametrize("address", ["https://h/x.git", "https://ann@h/x.git", "ssh://git@h:2222/x", "git@h:team/x.git", "file:///x", "/x/y.git"])
def test_the_usual_addresses_are_taken(address: str) -> None:
    assert checked_address(address) == address


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(Stalled) as error:
        checked_address(f"https://ann:{PASSWORD}@example.invalid/x.git")
    assert "credential helper" in str(error.value)
    assert PASSWORD not in str(error.value)


def test_what_git_says_is_told_without_credentials() -> None:
    text = f"fatal: unable to access 'https://ann:{PASSWORD}@h/x.git/': odd\nAuthorization: Basic {PASSWORD}\n"
    assert PASSWORD not in said(text)
    assert PASSWORD not in str(failure("fetching from", "h", text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "HostKeyRefused"),
        ("fatal: unable to access 'https://h/': SSL certificate problem: self-signed certificate", "HostKeyRefused"),
        ("git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.", "AccessRefused"),
        ("fatal: could not read Username for 'https://h': terminal prompts disabled", "AccessRefused"),
        ("remote: Repository not found.\nfatal: repository 'https://h/x/' not found", "NoSuchRepository"),
        ("fatal: write error: No space left on device\nfatal: index-pack failed", "DiskFull"),
        ("fatal: unable to access 'https://h/': Could not resolve host: h", "Unreachable"),
        ("error: object 1234: badTree: broken\nfatal: fsck error in packed object", "Damaged"),
        ("something new", "Failed"),
    ],
)
def test_each_fault_has_its_word(text: str, reason: str) -> None:
    found = failure("fetching from", "h", text)
    assert (found.reason, bool(found.advice)) == (reason, True)
