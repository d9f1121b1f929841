"""A file system that is truly full, or read-only: every file stays as it was, the reason is said, and all heals by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine, Forks
from tests.torture.stories import STORIES, Ended, insist_on_readable, insist_on_same

STORY = STORIES[0]
PLACES = ("home", "state")
LONG = pytest.mark.torture

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small file system")


@contextmanager
def small(folder: Path, *, room_kb: int) -> Iterator[None]:
    """The folder on a file system of its own that has ``room_kb`` left."""
    aside = folder.with_name(folder.name + ".aside")
    folder.rename(aside)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], check=True)
    try:
        shutil.copytree(aside, folder, symlinks=True, dirs_exist_ok=True)
        with (folder / "filler").open("wb") as filler:
            left = os.statvfs(folder)
            filler.write(b"\0" * (left.f_bavail * left.f_frsize - room_kb * 1024))
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def disturbed(settled: Path, forks: Forks, root: Path) -> CommandLine:
    machine = CommandLine(forks, root)
    for name in PLACES:
        shutil.copytree(settled / name, root / name, symlinks=True)
    STORY.prepare(machine)
    return machine


def intact(machine: CommandLine, before: dict[str, bytes], expected: Ended) -> bool:
    return all(data in (before.get(name), expected.files.get(name)) for name, data in machine.bytes_below().items() if name != "filler")


@pytest.mark.parametrize(
    ("place", "room_kb"), [("home", 0), *(pytest.param(*case, marks=LONG) for case in product(PLACES, (0, 4, 16, 64, 256)))]
)
def test_a_full_disk_harms_nothing_and_is_made_up_for(
    settled: Path, forks: Forks, tmp_path: Path, undisturbed: Callable[..., Ended], place: str, room_kb: int
) -> None:
    machine, expected = disturbed(settled, forks, tmp_path), undisturbed(STORY)
    before = machine.bytes_below()
    with small(machine.root / place, room_kb=room_kb):
        said = machine("sync")
        assert not said.has_traceback, said.err
        assert said.code in ((0, 1, 3) if room_kb else (1,))
        assert said.code != 1 or "space" in said.out + said.err
        assert intact(machine, before, expected)
        (machine.root / place / "filler").unlink()
        insist_on_same(machine, expected)


@pytest.mark.parametrize("place", ["state", pytest.param("home", marks=LONG)])
def test_a_read_only_disk_harms_nothing_and_is_made_up_for(
    settled: Path, forks: Forks, tmp_path: Path, undisturbed: Callable[..., Ended], place: str
) -> None:
    machine, expected = disturbed(settled, forks, tmp_path), undisturbed(STORY)
    before = machine.bytes_below()
    folder = machine.root / place
    with small(folder, room_kb=4096):
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        said = machine("sync")
        assert (said.code, said.has_traceback) == (1, False), said.err
        assert "ead-only" in said.out + said.err
        assert {n: d for n, d in machine.bytes_below().items() if n != "filler"} == before
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        (folder / "filler").unlink()
        insist_on_same(machine, expected)


DENIED = {
    "a file to write": (".codex/config.toml", 0o444),
    "a file to read": (".qwen/settings.json", 0o000),
    "a folder": (".rovodev", 0o500),
    "the repository": ("../state/repository.git/refs/heads", 0o500),
    "the backups": ("../state/backups/objects", 0o500),
}


@pytest.mark.parametrize("what", ["a file to write", *(pytest.param(name, marks=LONG) for name in DENIED if name != "a file to write")])
def test_what_an_ordinary_user_may_not_write_or_read_is_said_and_made_up_for(ordinary: CommandLine, undisturbed: Callable[..., Ended], what: str) -> None:
    expected, (name, mode) = undisturbed(STORY), DENIED[what]
    STORY.prepare(ordinary)
    denied = ordinary.home / name
    usual, before = denied.stat().st_mode, {file: file.read_bytes() for file in (denied, *denied.glob("*")) if file.is_file()}
    denied.chmod(mode)
    said = ordinary("sync")
    assert (said.code, said.has_traceback) == (1, False), said.err
    assert any(word in said.out + said.err for word in ("ermission", "read-only", "cannot be written"))
    denied.chmod(usual)
    assert {file: file.read_bytes() for file in before} == before
    insist_on_readable(ordinary)
    insist_on_same(ordinary, expected)


def test_a_home_that_cannot_be_reached_is_said(ordinary: CommandLine) -> None:
    ordinary.root.chmod(0o700)
    said = ordinary("sync")
    ordinary.root.chmod(0o755)
    assert (said.code, said.has_traceback) == (1, False)
    assert "the home folder is not there" in said.err
