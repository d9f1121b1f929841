"""qwen's own ``mcp add`` and ``mcp remove`` write the values of all variables of all servers into its file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.engine import CLIENTS, World, adopted

PLAIN_VALUE = "blue-house"
"""A value that nothing shows to be a secret."""

REFERENCES: dict[str, Any] = {
    "b": {"command": "example", "args": ["${MYVAR}", "${MYVAR}", "${UNSET:-x}", "${UNSET}"], "env": {"TOK": "${MYVAR}"}},
    "h": {"httpUrl": "https://h.example.invalid/mcp", "headers": {"X-Team": "Team ${MYVAR}"}},
}
RESOLVED: dict[str, Any] = {
    "b": {"command": "example", "args": [PLAIN_VALUE, PLAIN_VALUE, "${UNSET:-x}", "${UNSET}"], "env": {"TOK": PLAIN_VALUE}},
    "h": {"httpUrl": "https://h.example.invalid/mcp", "headers": {"X-Team": f"Team {PLAIN_VALUE}"}},
}


def referring(environ: dict[str, str] | None = None, **servers: Any) -> World:
    world = adopted(environ=environ or {})
    for name, entry in (servers or REFERENCES).items():
        world.put_server("qwen", name, entry)
    world.sync()
    world.clock.advance(120)
    return world


def rewrite(world: World, **servers: Any) -> None:
    for name, entry in servers.items():
        world.put_server("qwen", name, entry)
    world.sync()


def leaks(world: World, value: str = PLAIN_VALUE) -> bool:
    return value.encode() in b"".join(world.blobs())


@pytest.mark.parametrize("environ", [{}, {"MYVAR": "another"}, {"MYVAR": PLAIN_VALUE}])
def test_references_that_turned_literal_at_once_are_put_back(environ: dict[str, str]) -> None:
    world = referring(environ)
    before = {c: world.servers(c) for c in CLIENTS}
    rewrite(world, **RESOLVED, added={"command": "example"})
    assert {c: {n: s for n, s in world.servers(c).items() if n != "added"} for c in CLIENTS} == before
    assert all("added" in world.servers(c) for c in CLIENTS)
    assert not leaks(world)


ONE = {"command": "example", "env": {"COLOUR": "$MYVAR"}}
ONE_RESOLVED = {"command": "example", "env": {"COLOUR": PLAIN_VALUE}}


@pytest.mark.parametrize("environ", [{}, {"MYVAR": "another"}])
def test_the_one_reference_of_a_file_is_put_back_when_a_server_came(environ: dict[str, str]) -> None:
    world = referring(environ, one=ONE)
    rewrite(world, one=ONE_RESOLVED, added={"command": "example"})
    assert world.servers("qwen")["one"]["env"] == {"COLOUR": "${MYVAR}"}
    assert not leaks(world)


def test_the_one_reference_of_a_file_is_put_back_when_a_server_went() -> None:
    world = referring(one=ONE, two={"command": "example"})
    world.drop_server("qwen", "two")
    rewrite(world, one=ONE_RESOLVED)
    assert world.servers("qwen")["one"]["env"] == {"COLOUR": "${MYVAR}"}
    assert "two" not in world.servers("claude")


@pytest.mark.parametrize("environ", [{}, {"MYVAR": "another"}])
def test_one_value_that_a_person_wrote_over_a_reference_is_captured_as_a_secret(environ: dict[str, str]) -> None:
    world = referring(environ, one=ONE, two={"command": "example", "env": {"X": "$MYVAR"}})
    rewrite(world, one=ONE_RESOLVED)
    assert (world.central("mcp/one") or {})["env"] == {"COLOUR": "${secret:one.env.COLOUR}"}
    assert all(world.servers(c)["one"]["env"] == {"COLOUR": PLAIN_VALUE} for c in CLIENTS)
    assert not leaks(world)


def test_two_values_beside_a_reference_that_we_could_resolve_are_a_persons_edits() -> None:
    servers = {"one": {"command": "example", "env": {"A": "$ONE", "B": "$TWO", "C": "$KNOWN"}}}
    world = referring({"KNOWN": "x"}, **servers)
    rewrite(world, one={"command": "example", "env": {"A": "first-one", "B": "second-one", "C": "$KNOWN"}})
    assert world.servers("claude")["one"]["env"] == {"A": "first-one", "B": "second-one", "C": "${KNOWN}"}
    assert not leaks(world, "first-one")


def test_two_values_of_one_variable_are_edits() -> None:
    world = referring(one={"command": "example", "env": {"A": "$V", "B": "$V"}})
    rewrite(world, one={"command": "example", "env": {"A": "first-one", "B": "second-one"}})
    assert world.servers("claude")["one"]["env"] == {"A": "first-one", "B": "second-one"}


def test_a_value_in_a_server_that_waits_for_an_approver_is_no_edit_either() -> None:
    world = adopted()
    world.set_settings("approval_threshold: medium\n")
    world.sync()
    rewrite(world, new=ONE)
    rewrite(world, new=ONE_RESOLVED, more=ONE_RESOLVED | {"env": {}})
    assert "${env:MYVAR}" in str(next(i.local for i in world.waiting() if i.entity == "mcp/new"))
    assert not leaks(world)


def test_a_resolved_argument_is_found_again_among_others_that_came() -> None:
    world = referring(one={"command": "example", "args": ["--colour", "$MYVAR"]})
    rewrite(world, one={"command": "example", "args": ["-v", "--colour", PLAIN_VALUE, "x"]})
    assert not leaks(world)
    assert world.servers("claude")["one"]["args"] == ["-v", "--colour", PLAIN_VALUE, "x"]


def test_text_around_a_reference_stays_readable() -> None:
    world = referring(one={"httpUrl": "https://$HOST/mcp"})
    rewrite(world, one={"httpUrl": "https://other.example.invalid/mcp"})
    assert (world.central("mcp/one") or {})["url"] == "https://${secret:one.url}/mcp"


@pytest.mark.parametrize("value", ["", "$OTHER"])
def test_nothing_and_another_reference_are_edits(value: str) -> None:
    world = referring(one=ONE)
    rewrite(world, one={"command": "example", "env": {"COLOUR": value}})
    assert (world.central("mcp/one") or {})["env"] == {"COLOUR": value.replace("$OTHER", "${env:OTHER}")}


def test_after_references_were_put_back_nothing_is_left_to_do() -> None:
    world = referring()
    rewrite(world, **RESOLVED)
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before
