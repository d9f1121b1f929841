from __future__ import annotations

import pytest

from reconciler.model.names import EntityId
from reconciler.policy.risk import risk

SERVER = EntityId("mcp/github")
PLAIN = {("command",): "npx", ("args",): ["-y", "@example/server"]}


def changed(**fields):
    """The risk of putting fields into a plain server; double underscores stand for dots, None takes a field away."""
    new = {tuple(name.split("__")): leaf for name, leaf in fields.items()}
    return risk(PLAIN, {path: leaf for path, leaf in {**PLAIN, **new}.items() if leaf is not None}, SERVER).level


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"description": "other"}, "low"),
        ({"enabled": False}, "low"),
        ({"cwd": "/x"}, "medium"),
        ({"command": "uvx"}, "medium"),
        ({"command": None}, "medium"),
        ({"args": ["-y", "@example/server@2"]}, "medium"),
        ({"headers__X": "1"}, "medium"),
        ({"timeouts__tool_ms": 5}, "medium"),
        ({"transport": "stdio"}, "medium"),
        ({"oauth__client_id": "x"}, "medium"),
        ({"tools__denied": ["a"]}, "low"),
        ({"tools__allowed": ["a"]}, "low"),
        ({"tools__allowed": ["*"], "tools__denied": ["a"]}, "low"),  # narrower than none, even so
        ({"extra__qwen__note": "x"}, "medium"),
        ({"extra__qwen__description": "x"}, "medium"),
        ({"extra__qwen__trust": True}, "high"),
        ({"extra__qwen__trust": False}, "medium"),
        ({"extra__cline__autoApprove": ["x"]}, "high"),
        ({"extra__claude__headersHelper": "get-token"}, "high"),
        ({"extra__x__start": "sh -c x"}, "high"),
    ],
)
def test_each_field_of_a_server_has_its_risk(fields, level):
    assert changed(**fields) == level


@pytest.mark.parametrize(
    ("path", "was", "now", "level"),
    [
        (("enabled",), False, None, "medium"),
        (("tools", "denied"), ["a", "b"], ["a"], "high"),
        (("tools", "denied"), ["a"], None, "high"),
        (("tools", "denied"), ["a"], ["a", "b"], "low"),
        (("tools", "denied"), ["a"], ["b"], "high"),
        (("tools", "allowed"), ["a", "b"], ["a"], "low"),
        (("tools", "allowed"), ["a"], ["a", "b"], "medium"),
        (("tools", "allowed"), ["a"], ["a", "*"], "high"),
        (("tools", "allowed"), ["a"], None, "high"),
        (("env", "PATH"), "/x", None, "medium"),
        (("env", "PATH"), "/x", "/y", "high"),
        (("url",), "http://10.0.0.5", "https://a.example", "medium"),
    ],
)
def test_what_was_there_decides_whether_a_change_narrows(path, was, now, level):
    before, after = ({**PLAIN, **({} if leaf is None else {path: leaf})} for leaf in (was, now))
    assert risk(before, after, SERVER).level == level


@pytest.mark.parametrize(
    "old",
    [
        {("command",): "sh", ("args",): ["-c", "x"]},
        {("env", "PATH"): "/x"},
        {("url",): "http://10.0.0.5"},
        {("env", "A"): "\u200bx"},
        {("extra", "qwen", "trust"): True},
    ],
)
def test_what_was_there_before_is_no_reason(old):
    assert risk(old, {**old, ("description",): "new"}, SERVER).level == "low"
    assert risk(old, {**old, ("cwd",): "/x"}, SERVER).level == "medium"


def test_new_text_for_a_shell_that_was_there_is_high_again():
    assert risk({("command",): "sh", ("args",): ["-c", "x"]}, {("command",): "sh", ("args",): ["-c", "y"]}, SERVER).level == "high"


def test_a_removed_server_is_low():
    assert risk({("command",): "sh", ("args",): ["-c", "x"]}, None, SERVER).level == "low"


def test_the_gravest_reason_comes_first_and_each_only_once():
    found = risk(None, {("command",): "sh", ("args",): ["-c", "a"], ("env", "PATH"): "x"}, SERVER)
    assert found.reasons[0].startswith(("PATH", "the command"))
    assert len(set(found.reasons)) == len(found.reasons)
    assert "a new server" in found.reasons
