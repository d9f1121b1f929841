"""The ``Remote`` port by the ``git`` program: fetch, push and clone, over every transport that git has."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from reconciler.errors import RemoteFailed
from reconciler.model.refnames import FETCHED, MACHINES, MAIN
from reconciler.ports import Pushed, RefPush
from reconciler.ports.measures import Took
from reconciler.store.address import checked_address, shown_address
from reconciler.store.failures import failure, said, timed_out
from reconciler.store.locks import clear_old_locks, remove_locks
from reconciler.store.program import Limits, Ran, git
from reconciler.store.timing import timed, untold

_LOCK = "reconciler-fetch"
_POLL_S = 0.02
_QUIET = ("-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "core.hooksPath=/dev/null", "-c", "push.recurseSubmodules=no", "-c", "core.fsync=all")
_ROW = re.compile(r"(?P<flag>.)\t[^\t]*:(?P<name>refs/[^\t]+)\t(?P<words>.*)")
# What a host says when a reference is not where we took it to be; everything else that it says is a refusal.
_RACED = re.compile(r"stale info|fetch first|non-fast-forward|cannot lock ref|already exists|reference already|incorrect old value|failed to update ref", re.IGNORECASE)
_POLICY = re.compile(r"hook declined|protected|denied|prohibit|not allowed|deny", re.IGNORECASE)


class GitRemote:
    """One remote of one repository. Safe beside other processes; fetches of one repository wait for each other."""

    def __init__(
        self, repository: Path, address: str, environ: Mapping[str, str], limits: Limits | None = None, took: Took = untold
    ) -> None:
        self._path, self._address, self._took = repository, checked_address(address), took
        self._environ, self._limits = environ, limits or Limits()

    @property
    def shown(self) -> str:
        return shown_address(self._address)

    def fetch(self, patterns: Sequence[str]) -> None:
        words = ["fetch", "--progress", "--prune", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=", "--", self._address]
        specs = [f"+{pattern}:{FETCHED}{pattern.removeprefix('refs/')}" for pattern in patterns]
        with self._only_fetch() as lock:
            ran = self._run([*words, *specs], lock)
            if ran.exit_code not in (0, None) and ".lock" in ran.err and clear_old_locks(self._path, ["packed-refs", "shallow"]):
                ran = self._run([*words, *specs], lock)
        self._insist(ran, "fetching from")

    def push(self, moves: Sequence[RefPush]) -> dict[str, Pushed]:
        if not moves:
            return {}
        leases = [f"--force-with-lease={m.name}:{m.expected or ''}" for m in moves]
        specs = [f"{m.new or ''}:{m.name}" for m in moves]
        ran = self._run(["push", "--porcelain", "--progress", "--no-verify", "--no-follow-tags", *leases, "--", self._address, *specs])
        rows = {found["name"]: found for line in ran.out.splitlines() if (found := _ROW.fullmatch(line))}
        if ran.exit_code is None or not rows:
            self._insist(ran, "pushing to")
        return {m.name: _outcome(rows.get(m.name), ran.err) for m in moves}

    def _run(self, words: Sequence[str], lock: int | None = None) -> Ran:
        with timed(self._took, words[0]):
            return git([f"--git-dir={self._path}", *_QUIET, *words], self._environ, self._limits, [] if lock is None else [lock])

    def _insist(self, ran: Ran, doing: str) -> None:
        if ran.exit_code is None:
            raise timed_out(doing, self.shown)
        if ran.exit_code:
            raise failure(doing, self.shown, ran.err)

    @contextmanager
    def _only_fetch(self) -> Iterator[int]:
        """Be the only fetch of the repository, which git itself shares: it outlives us when we are killed.

        So every lock among the fetched references was left by a fetch that is gone.
        """
        fd = os.open(self._path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            give_up = time.monotonic() + self._limits.silence_s
            while not _is_taken(fd):
                if time.monotonic() > give_up:
                    raise RemoteFailed("Locked", f"fetching from {self.shown}: another fetch is still running", "it is tried again")
                time.sleep(_POLL_S)
            remove_locks(self._path / FETCHED)
            yield fd
        finally:
            os.close(fd)


def remember_address(repository: Path, address: str, environ: Mapping[str, str]) -> None:
    """Keep the address as ``origin``, where plain git finds it too. Raises ``Stalled`` for an address that is none."""
    ran = git([f"--git-dir={repository}", "config", "remote.origin.url", checked_address(address)], environ, Limits())
    if ran.exit_code:
        raise failure("remembering", shown_address(address), ran.err)


def clone(folder: Path, address: str, environ: Mapping[str, str], limits: Limits | None = None) -> None:
    """Fill an empty repository at ``folder`` with the remote's main, and with which names machines hold there.

    The address is remembered. Raises ``RemoteFailed``, or ``Stalled`` for an address that is none; run again it goes on.
    """
    GitRemote(folder, address, environ, limits).fetch([f"{MAIN}*", f"{MACHINES}*"])
    remember_address(folder, address, environ)


def _is_taken(fd: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _outcome(row: re.Match[str] | None, err: str) -> Pushed:
    if row is None:
        return Pushed("refused", "the host said nothing about it")
    if row["flag"] != "!":
        return Pushed("done")
    words = row["words"]
    if _RACED.search(words) and not _POLICY.search(words):
        return Pushed("raced", said(words))
    return Pushed("refused", said(f"{words}\n{_remote_words(err)}"))


def _remote_words(err: str) -> str:
    """What the host itself said, which names the rule that it keeps."""
    return "\n".join(line.removeprefix("remote:") for line in re.split(r"[\r\n]+", err) if line.startswith("remote:"))
