"""The lock that a client itself takes before it writes its file: a folder beside the file, made by whoever is first.

Taken so that a client which respects it waits for us. It is no proof of anything: Claude Code 2.1.328 goes on without it
after 3 s (seen with a lock that nobody gave back), so what a write displaces is looked at in any case.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from reconciler.deploy.resolve import Place, opened_folder

WAIT_S = 3.0
"""As long as the client itself waits; then the lock is taken to be abandoned."""
_POLL_S = 0.005


@contextmanager
def client_locks(places: Iterable[Place]) -> Iterator[None]:
    """Hold the locks at these places, in one order for everybody. One that cannot be taken is done without."""
    with ExitStack() as held:
        for place in sorted(set(places), key=lambda place: place.full):
            if place.has_folder:
                held.enter_context(_held(place))
        yield


@contextmanager
def _held(place: Place) -> Iterator[None]:
    with opened_folder(place, os.O_RDONLY) as folder:
        is_ours = _taken(folder, place.name)
        try:
            yield
        finally:
            if is_ours:
                with suppress(OSError):  # the client took it for abandoned and has removed it
                    os.rmdir(place.name, dir_fd=folder)


def _taken(folder: int, name: str) -> bool:
    give_up = time.monotonic() + WAIT_S
    while True:
        try:
            os.mkdir(name, 0o700, dir_fd=folder)
            return True
        except FileExistsError:
            is_cleared = _age_s(folder, name) > WAIT_S and _cleared(folder, name)
            if not is_cleared and time.monotonic() > give_up:
                return False
            time.sleep(0 if is_cleared else _POLL_S)  # the lock is a folder, as the client makes it: nothing tells when it is free
        except OSError:
            return False  # read-only or full: the write itself says what is wrong


def _age_s(folder: int, name: str) -> float:
    """Seconds since whoever holds the lock last said so. A time in the future counts as old, not as forever."""
    try:
        return abs(time.time() - os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime)
    except OSError:
        return 0.0


def _cleared(folder: int, name: str) -> bool:
    """False for what is no lock (not a folder, or not empty): it is not ours to remove."""
    try:
        os.rmdir(name, dir_fd=folder)
    except OSError:
        return False
    return True
