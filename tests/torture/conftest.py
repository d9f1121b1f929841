"""The settled machine of the scenarios, for stories that are broken off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.command_line import Forks
from tests.scenarios.conftest import adopted, forks, ordinary, settled
from tests.torture.counted import counted
from tests.torture.stories import Ended, Story, told

__all__ = ["adopted", "counted", "forks", "ordinary", "settled"]


@pytest.fixture(scope="session")
def undisturbed(settled: Path, forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Story], Ended]:
    """How a story ends without a fault; told once."""
    known: dict[str, Ended] = {}

    def ending(story: Story) -> Ended:
        if story.name not in known:
            known[story.name] = told(story, settled, forks, tmp_path_factory.mktemp(story.name))
        return known[story.name]

    return ending
