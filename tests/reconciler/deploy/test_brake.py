"""What every brake keeps to, and what the file adds."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.deploy.brake import FileBrake
from reconciler.ports.brake import Brake, Pause
from tests.fakes.brake import MemoryBrake

PAUSE = Pause("ann", "tidying", 1000.5)


@pytest.fixture(params=["file", "memory"])
def brake(request: pytest.FixtureRequest, tmp_path: Path) -> Brake:
    return FileBrake(tmp_path / "state" / "paused.json") if request.param == "file" else MemoryBrake()


def test_it_is_not_pulled_at_first(brake: Brake) -> None:
    assert brake.pulled() is None


def test_it_says_who_why_and_when(brake: Brake) -> None:
    brake.pull(PAUSE)
    assert brake.pulled() == PAUSE


def test_released_it_is_not_pulled_and_twice_is_once(brake: Brake) -> None:
    brake.pull(PAUSE)
    brake.release()
    brake.release()
    assert brake.pulled() is None


def test_it_is_kept_by_the_file_and_for_this_user_alone(tmp_path: Path) -> None:
    FileBrake(tmp_path / "paused.json").pull(PAUSE)
    assert FileBrake(tmp_path / "paused.json").pulled() == PAUSE
    assert (tmp_path / "paused.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"by": "x"}'])
def test_a_file_that_makes_no_sense_still_brakes(tmp_path: Path, text: str) -> None:
    (tmp_path / "paused.json").write_text(text)
    assert FileBrake(tmp_path / "paused.json").pulled() is not None
