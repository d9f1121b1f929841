"""Installs the real clients, each at one version in a prefix of its own, once. Runs as ``python -m tests.peers.install``.

Never into the work tree's tracked part and never with install scripts: what claude's script does is done here.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRIES = 3
STAMP = "installed"


@dataclass(frozen=True)
class Peer:
    """One npm package at one version. ``finish`` is run in the prefix by node when the package needs a last step.

    ``probe`` are arguments that must end well before the package counts as installed; none: it is not tried.
    """

    name: str
    package: str
    version: str
    finish: str = ""
    probe: tuple[str, ...] = ("--version",)


CLIENTS = (
    # Its script links the program of this platform into place, and fetches nothing.
    Peer("claude", "@anthropic-ai/claude-code", "2.1.328", "node_modules/@anthropic-ai/claude-code/install.cjs"),
    Peer("codex", "@openai/codex", "0.169.0"),
    Peer("qwen", "@qwen-code/qwen-code", "0.24.4"),
)


class NotInstalled(Exception):
    """The peer cannot be had here; the text says why."""


def cache_folder() -> Path:
    return Path(os.environ.get("CLIENTS_CACHE") or ROOT / ".cache" / "clients")


def program(peer: Peer, cache: Path) -> Path:
    """The peer's command, installed if it is not yet. Raises ``NotInstalled``."""
    prefix = cache / f"{peer.name}-{peer.version}"
    command = prefix / "node_modules" / ".bin" / peer.name
    prefix.mkdir(parents=True, exist_ok=True)
    with (prefix / "lock").open("w") as lock:  # test runs side by side share the folder
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (prefix / STAMP).exists():
            _install(peer, prefix, command)
    return command


def _install(peer: Peer, prefix: Path, command: Path) -> None:
    if not (shutil.which("npm") and shutil.which("node")):
        raise NotInstalled("npm and node are not on PATH")
    _run(peer, prefix, _npm(peer, prefix))
    if peer.finish:
        _run(peer, prefix, ["node", peer.finish])
    if peer.probe:  # fails where this node is too old or the platform has no program
        _run(peer, prefix, ["env", f"HOME={prefix}", str(command), *peer.probe])
    (prefix / STAMP).write_text(f"{peer.package}@{peer.version}\n")


def _npm(peer: Peer, prefix: Path) -> list[str]:
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    retries = [f"--fetch-retries={TRIES}", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000", "--fetch-timeout=60000"]
    return ["npm", "install", "--prefix", str(prefix), *quiet, *retries, f"{peer.package}@{peer.version}"]


def _run(peer: Peer, prefix: Path, command: list[str]) -> None:
    try:
        done = subprocess.run(command, cwd=prefix, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired as late:
        raise NotInstalled(f"{peer.package}@{peer.version} took longer than {late.timeout:g} s") from late
    except OSError as problem:
        raise NotInstalled(f"{peer.package}@{peer.version} cannot be started: {problem.strerror}") from problem
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
        raise NotInstalled(f"{peer.package}@{peer.version} cannot be installed: {said[0]}")


def main() -> int:
    failed = 0
    for peer in CLIENTS:
        try:
            print(f"{peer.name} {peer.version}: {program(peer, cache_folder())}")
        except NotInstalled as why:
            failed = 1
            print(f"{peer.name} {peer.version}: {why}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
