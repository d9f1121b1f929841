"""Whatever path is asked for, and whoever swaps folders for links meanwhile: nothing outside the root is written or read."""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from reconciler.deploy.disk import LocalDisk
from reconciler.deploy.rename import swap as exchange
from reconciler.errors import ReconcilerError
from reconciler.model.names import AbsPath, RelPath, TargetId
from reconciler.ports import Write
from tests.fakes.clock import FakeClock

PARTS = (
    "..",
    "..",
    ".",
    "",
    "a",
    "b",
    "deep",
    "out",
    "up",
    "circle",
    "sibling",
    "etc",
    "~",
    "a.json",
    ".git",
    "proc",
    "self",
    "\u2025",
    "%2e%2e",
    "..\\..",
    "x" * 300,
    "a\nb",
    "-rf",
)
LONG = pytest.mark.torture


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with links that lead out, up, in a circle, and to a folder whose name starts the same; and what lies outside."""
    home, outside = tmp_path / "home", tmp_path / "outside"
    for folder in (home / "deep" / "er", outside / "deep", tmp_path / "home-of-another"):
        folder.mkdir(parents=True)
        (folder / "a.json").write_bytes(b"old")
    for name, target in {
        "out": outside,
        "up": "..",
        "circle": "circle",
        "sibling": "../home-of-another",
        "etc": "/etc",
        "proc": "/proc/self/cwd",
    }.items():
        (home / name).symlink_to(target)
    return home


def beside(home: Path) -> dict[str, bytes]:
    """Everything outside the home but the program's own backups."""
    mine = (str(home), str(home.parent / "backups"))
    return {
        f"{folder}/{name}": Path(folder, name).read_bytes()
        for folder, _, names in os.walk(home.parent)
        if not f"{folder}/".startswith(tuple(f"{place}/" for place in mine))
        for name in names
    }


def written(home: Path, path: str) -> bool:
    """Write a file through whatever the path is; False when that is refused."""
    disk = LocalDisk(home.parent / "backups", FakeClock())
    found = disk.look(AbsPath(str(home)), RelPath(path))
    try:
        disk.apply(TargetId("laptop-1/claude/user"), AbsPath(str(home)), [Write(RelPath(path), b"ours", found.digest)])
    except (ReconcilerError, ValueError):
        return False
    return True


@pytest.mark.parametrize("seeds", [range(150), pytest.param(range(150, 5150), marks=LONG)], ids=["150", "5000"])
def test_no_path_leads_out(home: Path, seeds: range, counted: Counter[str]) -> None:
    before, done = beside(home), 0
    for seed in seeds:
        r = Random(seed)
        done += written(home, r.choice(("", "", "/", str(home.parent) + "/")) + "/".join(r.choice(PARTS) for _ in range(r.randint(1, 6))))
    assert beside(home) == before
    assert done, "some of them lead to files of the home"
    counted["fuzzed paths"] += len(seeds)


@pytest.mark.parametrize("count", [100, pytest.param(3000, marks=LONG)])
def test_a_folder_that_is_swapped_for_a_link_all_the_time_leads_nowhere_else(home: Path, count: int, counted: Counter[str]) -> None:
    before, stopped, swaps = beside(home), threading.Event(), 0

    def swap() -> None:
        nonlocal swaps
        os.symlink(home.parent / "outside" / "deep", home / "link")
        folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
        while not stopped.is_set():
            exchange(folder, "link", "deep")
            swaps += 1
        os.close(folder)

    swapper = threading.Thread(target=swap)
    swapper.start()
    done = sum(written(home, "deep/a.json") for _ in range(count))
    stopped.set()
    swapper.join()
    assert beside(home) == before
    assert swaps > count / 10
    counted["writes beside swapped folders"] += done
    counted["swaps"] += swaps
