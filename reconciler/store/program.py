"""Runs the ``git`` program for what needs a network: never through a shell, never with a question, never for ever."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from reconciler.errors import RemoteFailed

_MAX_OUTPUT = 1024 * 1024
_OTHERS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_COMMON_DIR", "GIT_TRACE", "GIT_CURL_VERBOSE")
_TRANSPORTS = "file:git:http:https:ssh"  # ext:: would run any command


@dataclass(frozen=True)
class Limits:
    """A call that says nothing for ``silence_s``, or that takes longer than ``total_s``, is ended."""

    silence_s: float = 20.0
    total_s: float = 900.0


@dataclass(frozen=True)
class Ran:
    """How git ended: ``exit_code`` is None when its time was up."""

    exit_code: int | None
    out: str
    err: str


def git(words: Sequence[str], environ: Mapping[str, str], limits: Limits, keep_open: Sequence[int] = ()) -> Ran:
    """Run ``git`` with empty input. Its whole process group is killed when its time is up.

    Credentials come from the user's own helpers and agent. ``keep_open`` are files that it holds open until it ends.
    """
    try:
        process = subprocess.Popen(
            ["git", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environ(environ),
            start_new_session=True,
            pass_fds=tuple(keep_open),
        )
    except OSError as error:
        raise RemoteFailed("NoGit", f"the program git could not be started: {error.strerror}", "install git, and have it on PATH") from error
    texts = bytearray(), bytearray()
    try:
        is_late = not _read(process, texts, limits)
    finally:
        if process.poll() is None:
            _kill(process)
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
    out, err = (bytes(text).decode("utf-8", "replace") for text in texts)
    return Ran(None if is_late else process.returncode, out, err)


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Messages in English, since they are read; no question on a terminal, nor in a window."""
    kept = {name: value for name, value in environ.items() if name not in _OTHERS}
    fixed = {"LC_ALL": "C", "LANGUAGE": "", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": _TRANSPORTS, "SSH_ASKPASS_REQUIRE": "never"}
    return {"GIT_ASKPASS": "", **kept, **fixed}


def _read(process: subprocess.Popen[bytes], texts: tuple[bytearray, bytearray], limits: Limits) -> bool:
    """Read until it has ended; False when its time is up. Its progress is the sign that it lives.

    The end of its output is not waited for: a credential helper's daemon may hold that open.
    """
    end = time.monotonic() + limits.total_s
    quiet_until = min(end, time.monotonic() + limits.silence_s)
    with selectors.DefaultSelector() as ready:
        for pipe, text in zip((process.stdout, process.stderr), texts, strict=True):
            if pipe:
                ready.register(pipe, selectors.EVENT_READ, text)
        while True:
            has_ended = process.poll() is not None
            if _take(ready, 0.0 if has_ended else 0.05):
                quiet_until = min(end, time.monotonic() + limits.silence_s)
            elif has_ended:
                return True
            elif time.monotonic() > quiet_until:
                return False
            elif not ready.get_map():
                time.sleep(0.01)


def _take(ready: selectors.BaseSelector, wait_s: float) -> bool:
    """Take what came; what is past the bound is dropped."""
    is_any = False
    for key, _ in ready.select(wait_s) if ready.get_map() else ():
        chunk = os.read(key.fd, 65536)
        if chunk:
            key.data.extend(chunk[: _MAX_OUTPUT - len(key.data)])
            is_any = True
        else:
            ready.unregister(key.fileobj)
    return is_any


def _kill(process: subprocess.Popen[bytes]) -> None:
    """And give it a moment to be gone: a dying child may still hold a lock."""
    with suppress(ProcessLookupError, PermissionError):  # nobody is left; macOS says the latter of zombies
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for _ in range(500):
            os.killpg(process.pid, 0)
            time.sleep(0.002)
    process.wait()
