"""`--help` of every command: readable, with an example that uses real commands and options."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.reconciler.cli.commands import COMMANDS, options_of
from tests.scenarios.command_line import CommandLine


def test_every_command_has_help_with_an_example(found: CommandLine) -> None:
    for name in COMMANDS:
        said = found(*name.split(), "--help")
        assert said.code == 0
        assert f"reconciler {name}" in " ".join(said.out.split("Example:")[1].split())


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_use_options_that_there_are(name: str) -> None:
    example = (COMMANDS[name].help or "").split("Example:")[1]
    used = set(re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", example))
    known = set().union(*(options_of(c) for c in COMMANDS.values()))
    assert used <= known
    assert shlex.split(example)


def test_the_list_of_commands_is_cut_off_nowhere(found: CommandLine) -> None:
    out = found("--help").out
    assert "..." not in out.split("Commands:")[1]
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_ends_by_itself_answers_json(name: str) -> None:
    assert ("--json" in options_of(COMMANDS[name])) == (name not in ("up", "serve"))


def test_nothing_is_coloured_in_a_pipe(adopted: CommandLine) -> None:
    adopted.path(".claude.json").write_text("{")
    for words in ("status", "sync", "diff", "history", "conflicts", "doctor"):
        adopted(words)
    assert "\x1b" not in "".join(adopted.heard)
