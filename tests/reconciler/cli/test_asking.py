"""Commands beside a running `up`: over its socket with the same answers, and by themselves where that cannot be."""

from __future__ import annotations

import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler import __version__
from reconciler.cli.answering import ANSWERED, Answering
from reconciler.cli.asking import GREETING, asked
from reconciler.errors import Stalled
from reconciler.settings import Settings, settings_from
from tests.fakes.measures import MemoryMeasures
from tests.scenarios.command_line import CommandLine


@pytest.fixture
def settings(adopted: CommandLine) -> Settings:
    return settings_from({"HOME": str(adopted.home), "RECONCILER_HOME": str(adopted.state), "PATH": "/usr/bin:/bin", "USER": "dev"})


@pytest.fixture
def answered() -> list[None]:
    """One for each command that was answered."""
    return []


@pytest.fixture
def answering(settings: Settings, answered: list[None]) -> Iterator[Answering]:
    one = Answering(settings, lambda: answered.append(None))
    one.start()
    assert one.problem == ""
    yield one
    one.stop()


CALLS = [("reading.status_data", []), ("reading.diff_data", [[]]), ("syncing.run", [[], True]), ("keeping.listed", []), ("registering.listed", [])]


@pytest.mark.usefixtures("answering")
@pytest.mark.parametrize(("name", "args"), CALLS)
def test_the_answer_is_the_same_as_without_up(settings: Settings, answered: list[None], name: str, args: list[object]) -> None:
    over_socket = asked(settings, name, *args)
    assert len(answered) == 1
    settings.socket.unlink()
    alone = asked(settings, name, *args)
    assert (len(answered), json.loads(json.dumps(alone))) == (1, over_socket)


@pytest.mark.usefixtures("answering")
def test_an_error_is_told_in_the_same_words(settings: Settings, answered: list[None]) -> None:
    said = []
    for _ in range(2):
        with pytest.raises(Stalled) as refused:
            asked(settings, "deciding.suspend", "nobody", "why", None)
        said.append(str(refused.value))
        settings.socket.unlink(missing_ok=True)
    assert (len(answered), said[0]) == (1, said[1])


@pytest.fixture
def counted(settings: Settings) -> Iterator[MemoryMeasures]:
    """What is counted of the commands that are answered."""
    measures = MemoryMeasures()
    one = Answering(settings, lambda: None, measures=measures)
    one.start()
    yield measures
    one.stop()


def test_commands_are_counted_by_their_words_and_what_came_of_them(settings: Settings, counted: MemoryMeasures) -> None:
    asked(settings, "reading.status_data")
    with pytest.raises(Stalled):
        asked(settings, "deciding.suspend", "nobody", "why", None)
    with pytest.raises(Stalled):
        asked(settings, "keeping.listed", "one argument too many")
    assert counted.of("commanded") == [("status", "done"), ("suspend", "refused"), ("secrets list", "failed")]


def test_the_passes_of_a_command_are_counted_too_and_those_of_a_dry_run_are_not(settings: Settings, counted: MemoryMeasures) -> None:
    asked(settings, "syncing.run", [], True)
    assert counted.of("reconciled") == []
    asked(settings, "syncing.run", [], False)
    assert {one[0] for one in counted.of("reconciled")} >= {"claude", "codex"}


@pytest.mark.usefixtures("answering")
def test_a_command_under_another_home_does_its_work_itself(settings: Settings, answered: list[None], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    asked(replace(settings, home=tmp_path / "elsewhere"), "keeping.listed")
    assert answered == []


@pytest.mark.usefixtures("answering")
@pytest.mark.parametrize(
    "question",
    [
        {"version": "0", "home": "HOME", "name": "keeping.listed", "args": []},
        {"version": __version__, "home": "HOME", "name": "upping.run", "args": []},
        {"version": __version__, "home": "HOME", "name": "os.system", "args": ["id"]},
        {"name": "keeping.listed"},
        [],
    ],
)
def test_nothing_but_the_work_of_commands_can_be_asked_for(settings: Settings, answered: list[None], question: object) -> None:
    with socket.socket(socket.AF_UNIX) as client, client.makefile("rwb") as lines:
        client.connect(str(settings.socket))
        assert lines.readline() == GREETING
        lines.write(json.dumps(question).replace("HOME", str(settings.home)).encode() + b"\n")
        lines.flush()
        assert "declined" in json.loads(lines.readline())
    assert answered == []


@pytest.mark.usefixtures("answering")
def test_only_this_user_reaches_the_socket(settings: Settings) -> None:
    assert stat.S_IMODE(settings.socket.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.usefixtures("answering")
def test_another_user_is_not_answered_even_with_the_right_to_connect(settings: Settings, answered: list[None]) -> None:
    settings.state.chmod(0o711)
    settings.socket.chmod(0o666)
    child = os.fork()
    if not child:
        got = 100
        try:
            os.chdir(settings.state)
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(settings.socket.name)
                got = len(client.recv(100))
        finally:
            os._exit(got)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert answered == []


def test_a_socket_that_nobody_listens_at_is_passed_over_and_replaced(settings: Settings, answered: list[None]) -> None:
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(settings.socket))
    asked(settings, "keeping.listed")
    one = Answering(settings, lambda: answered.append(None))
    one.start()
    asked(settings, "keeping.listed")
    one.stop()
    assert (len(answered), settings.socket.exists()) == (1, False)


def test_an_up_that_hangs_is_not_waited_for(settings: Settings) -> None:
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(settings.socket))
        hanging.listen()
        assert asked(settings, "keeping.listed") is not None


def test_an_up_that_ends_in_the_middle_is_told(settings: Settings) -> None:
    with socket.socket(socket.AF_UNIX) as ending:
        ending.bind(str(settings.socket))
        ending.listen()

        def greet_and_end() -> None:
            client = ending.accept()[0]
            with client:
                client.sendall(GREETING)
                client.recv(100)

        thread = threading.Thread(target=greet_and_end)
        thread.start()
        with pytest.raises(Stalled, match="ended while it worked on this"):
            asked(settings, "keeping.listed")
        thread.join()


def test_a_long_path_is_no_hindrance(settings: Settings, answered: list[None]) -> None:
    deep = settings.state / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    far = replace(settings, state=deep)
    one = Answering(far, lambda: answered.append(None))
    one.start()
    with pytest.raises(Stalled, match="there is no repository yet"):
        asked(far, "reading.status_data")
    one.stop()
    assert len(answered) == 1


def test_all_that_can_be_asked_for_is_there() -> None:
    from importlib import import_module

    assert [name for name in ANSWERED if not hasattr(import_module(f"reconciler.cli.{name.split('.')[0]}"), name.split(".")[1])] == []
