"""A kill at any named point leaves every file whole, and the next run ends where an undisturbed one does."""

from __future__ import annotations

import re
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler import fault_points
from tests.scenarios.command_line import Forks
from tests.torture.stories import STORIES, Ended, Story, again, insist_on_same, insist_on_whole, machine_for

SOURCES = sorted((Path(__file__).parents[2] / "reconciler").rglob("*.py"))
ALL = sorted({name for path in SOURCES for name in re.findall(r'fault_point\("([^"]+)"\)', path.read_text())})
MIRROR = [name for name in ALL if name.startswith("mirror.")]
"""Passed beside `up` alone, with a database: tests/torture/test_mirror_killed.py."""
POINTS = [name for name in ALL if name not in MIRROR]
MOST = 60
"""No command passes one point more often."""


def killed_and_taken_up(story: Story, fault: str, settled: Path, forks: Forks, root: Path, expected: Ended) -> bool:
    """False when the command ended before it came to the point that often."""
    machine = machine_for(story, settled, forks, root)
    before = machine.bytes_below()
    code = machine(*story.words, environ={fault_points.VARIABLE: fault}).code
    if code >= 0:
        return False
    assert code == -signal.SIGKILL
    insist_on_whole(machine, before, expected.files)
    machine(*again(story, machine))
    insist_on_same(machine, expected)
    shutil.rmtree(root)
    return True


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_its_first_passing_loses_nothing(
    point: str, settled: Path, forks: Forks, tmp_path: Path, undisturbed: Callable[[Story], Ended]
) -> None:
    """Also the proof that some story passes every point."""
    for story in (s for s in STORIES if (s.name == "remote") == point.startswith("remote.")):
        if killed_and_taken_up(story, point, settled, forks, tmp_path / story.name, undisturbed(story)):
            return
    raise AssertionError(f"no story passes {point}")


@pytest.mark.torture
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_every_passing_loses_nothing(
    story: Story, point: str, settled: Path, forks: Forks, tmp_path: Path, undisturbed: Callable[[Story], Ended], counted: Counter[str]
) -> None:
    for times in range(1, MOST):
        if not killed_and_taken_up(story, f"{point}:{times}", settled, forks, tmp_path / str(times), undisturbed(story)):
            return
        counted["kills at fault points"] += 1
    raise AssertionError(f"{point} is passed more than {MOST} times")


def test_a_point_costs_nothing_while_none_is_armed() -> None:
    passed: list[str] = []
    fault_points.arm(passed.append)
    fault_points.fault_point("first")
    fault_points.arm(None)
    fault_points.fault_point("second")
    assert passed == ["first"]
