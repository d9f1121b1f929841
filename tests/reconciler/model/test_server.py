"""What a server's file may say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from reconciler.model.faults import validated
from reconciler.model.server import Server, ServerOverlay

FULL: dict[str, Any] = {
    "transport": "stdio",
    "command": "npx",
    "args": ["-y", "x", ""],
    "env": {"TOKEN": "${env:TOKEN}"},
    "cwd": "${home}/x",
    "timeouts": {"startup_ms": 20000, "tool_ms": 60000},
    "enabled": False,
    "tools": {"allowed": ["a"], "denied": ["b"]},
    "description": "x",
    "oauth": {"client_id": "id"},
    "extra": {"claude": {"alwaysLoad": True, "deep": [{"a": None, "b": 1.5}]}},
}


def test_a_file_comes_out_as_it_went_in_with_its_keys_in_schema_order() -> None:
    shuffled = dict(reversed(FULL.items()))
    assert list(Server.model_validate(shuffled).nested().items()) == list(FULL.items())


@pytest.mark.parametrize(("data", "transport"), [
    ({"command": "x"}, "stdio"), ({"url": "https://x"}, "http"), ({"url": "https://x", "transport": "sse"}, "sse"),
])  # fmt: skip
def test_a_transport_that_is_left_out_follows_from_the_rest(data: dict[str, Any], transport: str) -> None:
    assert Server.model_validate(data).effective_transport == transport


@pytest.mark.parametrize(("data", "reason"), [
    ({}, "transport: the server has no command (stdio) and no url (http, sse, ws)"),
    ({"command": "x", "url": "y"}, "url: a server has a command or a url, not both"),
    ({"transport": "stdio", "url": "y"}, "transport: a stdio server needs a command and has no url"),
    ({"transport": "ws", "command": "y"}, "transport: a server that is reached by ws needs a url and has no command"),
])  # fmt: skip
def test_a_transport_has_what_it_needs(data: dict[str, Any], reason: str) -> None:
    problems = validated(Server, "mcp/x.yaml", data)
    assert isinstance(problems, list)
    assert [problem.reason for problem in problems] == [reason]


@pytest.mark.parametrize("data", [
    {}, {"absent": True}, {"command": None}, {"env": {"A": None}}, {"timeouts": {"tool_ms": None}}, {"tools": {"allowed": None}},
    {"extra": {"claude": None}}, {"extra": {"claude": {"a": None}}}, {"transport": "sse"}, FULL,
])  # fmt: skip
def test_an_overlay_may_say_any_part_and_take_any_key_away(data: dict[str, Any]) -> None:
    assert ServerOverlay.model_validate(data).nested() == data


@pytest.mark.parametrize("data", [{"env": {"A": 1}}, {"timeouts": {"x": 1}}, {"transport": "tcp"}, {"args": [None]}, {"absent": "yes"}])
def test_an_overlay_is_checked_like_the_base(data: dict[str, Any]) -> None:
    assert isinstance(validated(ServerOverlay, "overlays/client/codex/mcp/x.yaml", data), list)


def test_a_server_is_never_changed() -> None:
    with pytest.raises(ValidationError):
        Server(command="x").command = "y"
