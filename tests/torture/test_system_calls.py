"""A kill or an error at any system call that changes a file or folder: every file whole, and all of it made up for."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine, Forks
from tests.torture import strace
from tests.torture.stories import STORIES, Ended, Story, again, insist_on_readable, insist_on_same, insist_on_whole, machine_for
from tests.torture.strace import CHANGES, OPENINGS, Place

pytestmark = pytest.mark.skipif(bool(strace.why_not()), reason=strace.why_not())

KILL = "signal=KILL"
ERRORS = ("error=EIO", "error=ENOSPC", "error=EROFS", "error=EACCES")
SLICES = 8
STORY = {story.name: story for story in STORIES}

Ending = Callable[[Story], Ended]


class Told:
    """The stories, and where each of them calls the system."""

    def __init__(self, settled: Path, forks: Forks, root: Path) -> None:
        self._settled, self.forks, self._root = settled, forks, root
        self._places: dict[tuple[str, tuple[str, ...]], list[Place]] = {}

    def machine(self, story: Story, root: Path) -> CommandLine:
        return machine_for(story, self._settled, self.forks, root)

    def places(self, story: Story, calls: tuple[str, ...]) -> list[Place]:
        """Those of the program itself; of calls that any program makes to begin with, those in the folders of the story."""
        if (story.name, calls) not in self._places:
            root = self._root / f"{story.name}-{calls[0]}"
            machine = self.machine(story, root)
            with strace.traced(self.forks, calls, log=root / "trace"):
                machine(*story.words)
            found = strace.places(root / "trace")
            self._places[story.name, calls] = found if calls == CHANGES else [p for p in found if f"{root}/home/" in p.text or f"{root}/state/" in p.text]
        return self._places[story.name, calls]


@pytest.fixture(scope="session")
def stories(settled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    forks = strace.traceable()
    yield Told(settled, forks, tmp_path_factory.mktemp("traced"))
    forks.close()


class Broken:
    """One story that is told again and again, with a fault at one call after another."""

    def __init__(self, story: Story, stories: Told, root: Path, endings: Sequence[Ended], counted: Counter[str]) -> None:
        self.story, self._stories, self._root, self._endings, self._counted = story, stories, root, endings, counted

    def places(self, calls: tuple[str, ...] = CHANGES) -> list[Place]:
        return self._stories.places(self.story, calls)

    def killed(self, place: Place) -> bool:
        """False when the thread was not the one that makes this call this time."""
        machine, before, code = self._told(place, CHANGES, KILL)
        insist_on_whole(machine, before, self._endings[0].files)
        self._taken_up(machine, self._endings[:1], "kills at system calls" if code == -signal.SIGKILL else "")
        return code == -signal.SIGKILL

    def refused(self, place: Place, what: str, calls: tuple[str, ...] = CHANGES, is_lasting: bool = False) -> None:
        machine, _, _ = self._told(place, calls, what, is_lasting)
        self._taken_up(machine, self._endings, "errors of system calls")

    def _told(self, place: Place, calls: tuple[str, ...], what: str, is_lasting: bool = False) -> tuple[CommandLine, dict[str, bytes], int]:
        machine = self._stories.machine(self.story, self._root / "broken")
        before = machine.bytes_below()
        with strace.traced(self._stories.forks, calls, what, is_lasting):
            said = machine(*self.story.words, environ=place.idle(is_lasting))
        assert not said.has_traceback, f"{what} at {place.text}: {said.err}"
        return machine, before, said.code

    def _taken_up(self, machine: CommandLine, endings: Sequence[Ended], word: str) -> None:
        insist_on_readable(machine)
        machine(*again(self.story, machine))
        insist_on_same(machine, *endings)
        if word:
            self._counted[word] += 1
        shutil.rmtree(machine.root)


@pytest.fixture
def broken(stories: Told, tmp_path: Path, undisturbed: Ending, counted: Counter[str]) -> Callable[[str], Broken]:
    return lambda name: Broken(STORY[name], stories, tmp_path, [undisturbed(one) for one in STORY[name].endings()], counted)


def test_a_kill_at_a_call_loses_nothing(broken: Callable[[str], Broken]) -> None:
    story = broken("edits")
    assert all(story.killed(place) for place in [p for p in story.places() if p.thread == 0][3::60])


def test_a_kill_while_the_repository_is_made_is_made_up_for(broken: Callable[[str], Broken]) -> None:
    story = broken("adoption")
    assert all(story.killed(place) for place in story.places()[1:12:5])


@pytest.mark.torture
def test_an_error_of_a_call_loses_nothing(broken: Callable[[str], Broken]) -> None:
    story = broken("edits")
    for place, what in zip(story.places()[20::70], ERRORS, strict=False):
        story.refused(place, what)


@pytest.mark.torture
def test_an_error_where_something_is_opened_or_written_loses_nothing(broken: Callable[[str], Broken]) -> None:
    story = broken("edits")
    for place in story.places(OPENINGS)[30::150]:
        story.refused(place, ERRORS[0], OPENINGS)


@pytest.mark.torture
def test_a_disk_that_stays_full_loses_nothing(broken: Callable[[str], Broken]) -> None:
    story = broken("edits")
    for place in story.places()[30::120]:
        story.refused(place, "error=ENOSPC", is_lasting=True)


@pytest.mark.torture
@pytest.mark.parametrize("part", range(SLICES))
@pytest.mark.parametrize("name", STORY)
def test_a_kill_at_every_call_loses_nothing(broken: Callable[[str], Broken], name: str, part: int) -> None:
    story = broken(name)
    for place in story.places()[part::SLICES]:
        assert story.killed(place) or place.thread, f"not killed at {place.text}"


@pytest.mark.torture
@pytest.mark.parametrize("name", STORY)
@pytest.mark.parametrize("is_lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("what", ERRORS)
def test_an_error_at_every_seventh_call_loses_nothing(broken: Callable[[str], Broken], name: str, what: str, is_lasting: bool) -> None:
    story = broken(name)
    for place in story.places()[ERRORS.index(what) :: 7]:
        story.refused(place, what, is_lasting=is_lasting)


@pytest.mark.torture
@pytest.mark.parametrize("name", STORY)
@pytest.mark.parametrize("what", ERRORS)
def test_an_error_at_every_seventh_opening_or_writing_loses_nothing(broken: Callable[[str], Broken], name: str, what: str) -> None:
    """Each of these calls meets one of the errors."""
    story = broken(name)
    for place in story.places(OPENINGS)[7 * ERRORS.index(what) :: 7 * len(ERRORS)]:
        story.refused(place, what, OPENINGS)
