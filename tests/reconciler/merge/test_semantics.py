from __future__ import annotations

import pytest

from reconciler.merge.semantics import server_faults, settled_tools
from reconciler.model.names import EntityId


def tools(*names: str):
    return {EntityId(f"tools/{name}"): {("entry",): True} for name in names}


@pytest.mark.parametrize(
    ("merged", "left"),
    [
        (["allow shell:rm", "deny shell:rm"], ["deny shell:rm"]),
        (["allow shell:rm", "ask shell:rm"], ["ask shell:rm"]),
        (["ask shell:rm", "deny shell:rm"], ["deny shell:rm"]),
        (["allow shell:rm", "ask shell:rm", "deny shell:rm"], ["deny shell:rm"]),
        (["allow shell:rm", "deny shell:rm -rf"], ["allow shell:rm", "deny shell:rm -rf"]),
        (["allow web:x.example", "deny read:x.example"], ["allow web:x.example", "deny read:x.example"]),
        (["allow shell:ls"], ["allow shell:ls"]),
    ],
)
def test_the_stronger_of_two_entries_stays(merged, left):
    config, _ = settled_tools(tools(*merged), {}, {}, {})
    assert config == tools(*left)


def test_the_note_names_both_entries():
    _, notes = settled_tools(tools("allow shell:rm -rf", "deny shell:rm -rf"), {}, {}, {})
    assert [str(note) for note in notes] == ["allow shell:rm -rf was left out: deny shell:rm -rf is stronger"]
    assert (notes[0].entity, notes[0].by) == ("tools/allow shell:rm -rf", "tools/deny shell:rm -rf")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_entries_that_somebody_held_together_are_left(place):
    both = tools("allow shell:rm", "deny shell:rm")
    stood = [both if number == place else {} for number in range(3)]
    assert settled_tools(both, *stood) == (both, ())


def test_other_kinds_are_left_alone():
    config = {EntityId("mcp/allow shell:rm"): {("command",): "x"}, **tools("deny shell:rm")}
    assert settled_tools(config) == (config, ())


@pytest.mark.parametrize(
    "fields",
    [
        {("command",): "npx"},
        {("command",): "npx", ("transport",): "stdio"},
        {("url",): "https://a.example"},
        *({("url",): "https://a.example", ("transport",): transport} for transport in ("http", "sse", "ws")),
    ],
)
def test_a_server_that_can_be_reached_has_no_faults(fields):
    assert server_faults(fields) == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "neither"),
        ({("command",): "npx", ("url",): "https://a.example"}, "both"),
        ({("url",): "https://a.example", ("transport",): "stdio"}, "stdio needs a command"),
        ({("command",): "npx", ("transport",): "http"}, "http needs a url"),
        ({("command",): "npx", ("transport",): "sse"}, "sse needs a url"),
        ({("command",): "npx", ("transport",): "ws"}, "ws needs a url"),
        ({("command",): "npx", ("transport",): "pigeon"}, "pigeon"),
    ],
)
def test_each_fault_of_a_server_is_named(fields, word):
    assert any(word in fault for fault in server_faults(fields))
