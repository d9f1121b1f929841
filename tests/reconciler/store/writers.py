"""Processes that write into a repository until they are done or killed: ``python -m tests.reconciler.store.writers``."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from reconciler.errors import Raced
from reconciler.ports import Store
from reconciler.store.git import GitStore
from tests.reconciler.store.repo import MAIN, saved


def put(store: Store, name: str, data: bytes) -> None:
    """Commit one file on main, again and again until nobody else moved it meanwhile."""
    while True:
        tip = store.ref(MAIN)
        new = saved(store, {name: data}, *([tip] if tip else []))
        try:
            return store.move_ref(MAIN, new, tip)
        except Raced:
            continue


def race(path: Path, writers: int, moves: int) -> None:
    """Each writer commits ``moves`` files of its own."""

    def work(writer: int) -> None:
        store = GitStore.open(path)
        for number in range(moves):
            put(store, f"{writer}/{number}", b"x")

    children = [_started(work, writer) for writer in range(writers)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * writers


def kill(path: Path, times: int, seed: int) -> None:
    """Kill a writer ``times`` times, somewhere in its work; after each, another must be able to write at once."""
    chance = random.Random(seed)

    def work(_: int) -> None:
        store = GitStore.open(path)
        number = 0
        while True:
            number += 1
            put(store, f"busy/{number % 7}", b"%d" % number)
            store.move_ref("refs/heads/changes/m/c/user/1", store.ref(MAIN), store.ref("refs/heads/changes/m/c/user/1"))
            store.move_ref("refs/heads/changes/m/c/user/1", None, store.ref("refs/heads/changes/m/c/user/1"))

    for turn in range(times):
        child = _started(work, turn)
        time.sleep(chance.uniform(0.01, 0.06))  # where the kill hits is the point
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        put(GitStore.open(path), "kept", b"%d" % turn)
        print(turn, flush=True)


def _started(work: Callable[[int], None], number: int) -> int:
    """A forked process: it need not import everything again."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work(number)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    {"race": race, "kill": kill}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
