"""What people are told about mistakes in the central repository's files."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

import pytest

from reconciler.formats import yaml_text
from reconciler.model.central_file import CentralFile
from reconciler.model.faults import validated
from reconciler.model.machine_file import Machine
from reconciler.model.results import Problem
from reconciler.model.server import Server
from reconciler.model.settings_file import Settings
from reconciler.model.tool_file import ToolFile

SECRET = "fake-not-a-" + "secret"


def said(model: type[CentralFile], data: Any) -> list[str]:
    problems = validated(model, "f.yaml", data)
    assert isinstance(problems, list)
    return [f"{problem.reason} | {problem.advice}".removesuffix(" | ") for problem in problems]


@pytest.mark.parametrize(("model", "data", "expected"), [
    (Server, {"command": "x", "comand": "y"}, "unknown key comand | did you mean command?"),
    (Server, {"command": "x", "timeouts": {"tool": 1}}, "unknown key timeouts.tool | did you mean tool_ms?"),
    (Server, {"command": "x", "oauth": {"zzz": 1}}, "unknown key oauth.zzz | known keys: client_id"),
    (ToolFile, {"allow": [{"web": "a"}, {"shel": ["x"], "web": "a"}]}, "unknown key allow[2].shel | did you mean shell?"),
    (ToolFile, {"extra": {"claude": {"alow": []}}}, "unknown key extra.claude.alow | did you mean allow?"),
    (Settings, {"schema": 1, "policys": []}, "unknown key policys | did you mean policies?"),
    (Machine, {"targets": {"claude/user": {"mode": "sync", "mod": 1}}}, "unknown key targets.claude/user.mod | did you mean mode?"),
])  # fmt: skip
def test_an_unknown_key_names_the_nearest_known_one(model: type[CentralFile], data: Any, expected: str) -> None:
    assert said(model, data) == [expected]


@pytest.mark.parametrize(("model", "data", "expected"), [
    (Server, [], "the file: expected a map, found list that is empty"),
    (Server, None, "the file: expected a map, found nothing"),
    (Server, {"command": "x", "env": {"PORT": 80}}, "env.PORT: expected text, found a number | put it in quotes"),
    (Server, {"command": "x", "env": {"ON": True}}, "env.ON: expected text, found true | put it in quotes"),
    (Server, {"command": "x", "env": {"A": None}}, "env.A: expected text, found nothing"),
    (Server, {"command": "x", "env": {1: "a"}}, "env.1: expected text, found a number | put it in quotes"),
    (Server, {"command": "x", "args": "-y"}, "args: expected a list, found text"),
    (Server, {"command": "x", "timeouts": {"tool_ms": "5"}}, "timeouts.tool_ms: expected a whole number, found text"),
    (Server, {"command": "x", "timeouts": {"tool_ms": 0}}, "timeouts.tool_ms: expected a number above 0, found another number"),
    (Server, {"command": "x", "enabled": "no"}, "enabled: expected true or false, found text"),
    (Server, {"command": ""}, "command: expected text that is not empty, found text that is empty"),
    (Server, {"command": "x", "transport": "htp"}, "transport: expected stdio, http, sse or ws, found other text | did you mean http?"),
    (Server, {"command": "x", "extra": {"codex": {"a": [datetime.date(2026, 1, 1)]}}}, "extra.codex.a: expected JSON values; put a date in quotes"),
    (Settings, {}, "schema is missing"),
    (Settings, {"schema": 2}, "schema: expected 1, found another number"),
    (Settings, {"schema": 1, "plain_values": ["x"]}, "plain_values[1]: expected ENTITY.FIELD, such as mcp/github.env.MODE, found other text"),
    (Machine, {"targets": {"claude": {"mode": "sync"}}},
     "targets.claude: expected a target of this machine, such as claude/user or codex/project:shop, found another name"),
    (Machine, {"targets": {"claude/user": {"mode": "sync", "until": datetime.date(2026, 1, 1)}}},
     "targets.claude/user.until: expected text, found a date | put it in quotes"),
    (ToolFile, {"deny": [{"shell": []}]}, "deny[1].shell: expected a list that is not empty, found list that is empty"),
])  # fmt: skip
def test_a_wrong_value_says_what_was_expected_and_found(model: type[CentralFile], data: Any, expected: str) -> None:
    assert said(model, data) == [expected]


@pytest.mark.parametrize(("data", "at"), [
    ({"transport": SECRET}, "transport"),
    ({"timeouts": {"tool_ms": SECRET}}, "timeouts"),
    ({"env": [SECRET]}, "env"),
    ({"enabled": SECRET}, "enabled"),
    ({"extra": {"codex": SECRET}}, "extra"),
])  # fmt: skip
def test_a_value_is_never_shown(data: dict[str, Any], at: str) -> None:
    told = " ".join(said(Server, {"command": "x"} | data))
    assert at in told
    assert SECRET not in told


def test_a_key_as_long_as_a_token_is_cut() -> None:
    assert "x" * 20 not in " ".join(said(Server, {"command": "x", "x" * 60: "y"}))


def lines(path: tuple[str | int, ...]) -> tuple[int, int]:
    known: dict[tuple[str | int, ...], tuple[int, int]] = {(): (1, 1), ("timeouts",): (4, 1), ("comand",): (2, 3)}
    return known[path]


def test_problems_stand_where_the_keys_stand_from_top_to_bottom() -> None:
    problems = validated(Server, "mcp/x.yaml", {"command": "x", "timeouts": {"tool_ms": "5"}, "comand": "y"}, lines)
    assert isinstance(problems, list)
    assert [(p.file, p.line, p.column) for p in problems] == [("mcp/x.yaml", 2, 3), ("mcp/x.yaml", 4, 1)]


def test_line_and_column_are_those_of_the_key_in_a_real_file() -> None:
    data = b"# who\ncommand: x\nenv:\n  PORT: 80\n  MODE: a\nargs: []\ntimeouts:\n  tool: 5\n"
    problems = validated(Server, "mcp/x.yaml", yaml_text.read(data), partial(yaml_text.position, data))
    assert isinstance(problems, list)
    assert [(p.line, p.column, p.reason) for p in problems] == [
        (4, 3, "env.PORT: expected text, found a number"),
        (8, 3, "unknown key timeouts.tool"),
    ]


def test_a_missing_key_is_placed_at_what_is_around_it() -> None:
    assert validated(Settings, "reconciler.yaml", {}, lines) == [Problem("reconciler.yaml", "schema is missing", 1, 1)]


def test_a_good_file_is_its_model() -> None:
    assert validated(Server, "mcp/x.yaml", {"command": "x"}) == Server(command="x")
