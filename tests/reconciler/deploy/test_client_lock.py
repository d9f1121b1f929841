"""The client's own lock is held while its file is written, waited for, and done without when it was abandoned."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.deploy import client_lock
from reconciler.deploy.rename import swap
from reconciler.errors import Stalled
from reconciler.model.names import RelPath
from reconciler.ports import Write
from tests.reconciler.deploy.conftest import Home, swap_with, write

OLD, NEW = b"old\n", b"new\n"


@pytest.fixture
def lock(home: Home) -> Path:
    (home.path / "a.json").write_bytes(OLD)
    return home.path / "a.json.lock"


def locked_write() -> Write:
    return replace(write("a.json", NEW, OLD), lock=RelPath("a.json.lock"))


def test_it_is_held_during_the_swap_and_given_back(home: Home, lock: Path) -> None:
    seen: list[bool] = []
    home.apply(locked_write(), swap=swap_with(before=lambda: seen.append(lock.is_dir())))
    assert (seen, lock.exists()) == ([True], False)


def test_a_client_that_holds_it_is_waited_for(home: Home, lock: Path) -> None:
    lock.mkdir()
    events: list[str] = []

    def give_back() -> None:
        events.append("given back")
        lock.rmdir()

    threading.Timer(0.05, give_back).start()
    home.apply(locked_write(), swap=swap_with(before=lambda: events.append("written")))
    assert events == ["given back", "written"]


def test_an_abandoned_one_is_taken_over(home: Home, lock: Path) -> None:
    lock.mkdir()
    os.utime(lock, (time.time() - 60, time.time() - 60))
    home.apply(locked_write())
    assert ((home.path / "a.json").read_bytes(), lock.exists()) == (NEW, False)


def test_it_is_given_back_when_the_write_fails(home: Home, lock: Path) -> None:
    def full(folder: int, staged: str, name: str) -> None:
        raise OSError(28, "No space left on device", name)

    with pytest.raises(Stalled):
        home.apply(locked_write(), swap=full)
    assert not lock.exists()


def test_something_else_of_that_name_is_left_alone(home: Home, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_lock, "WAIT_S", 0.02)
    lock.mkdir()
    (lock / "mine").write_bytes(b"")
    os.utime(lock, (1, 1))
    home.apply(locked_write(), swap=swap)
    assert ((home.path / "a.json").read_bytes(), (lock / "mine").exists()) == (NEW, True)


def test_nothing_to_write_takes_no_lock(home: Home, lock: Path) -> None:
    lock.mkdir()
    home.apply(replace(write("a.json", OLD, OLD), lock=RelPath("a.json.lock")))
    assert lock.is_dir()
