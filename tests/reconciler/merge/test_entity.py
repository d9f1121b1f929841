from __future__ import annotations

import pytest

from reconciler.merge.entity import merge_entity, resolved
from reconciler.model.names import EntityId
from reconciler.model.results import Conflict, Resolution

SERVER, RULE = EntityId("mcp/github"), EntityId("rules/style")
CLASH = "conflict"


def server(**fields):
    """A server in which double underscores stand for the dots of a path; None is absent."""
    named = {tuple(name.split("__")): leaf for name, leaf in fields.items() if leaf is not None}
    return {("command",): "npx", **named}


def rule(**fields):
    return {(name,): leaf for name, leaf in fields.items() if leaf is not None}


SCALAR_TABLE = [  # base, local, central, merged
    (1, 1, 1, 1),
    (1, 2, 1, 2),
    (1, 1, 2, 2),
    (1, 2, 2, 2),
    (1, 2, 3, CLASH),
    (1, None, 1, None),
    (1, 1, None, None),
    (1, None, None, None),
    (1, None, 2, CLASH),
    (1, 2, None, CLASH),
    (None, None, None, None),
    (None, 2, None, 2),
    (None, None, 2, 2),
    (None, 2, 2, 2),
    (None, 2, 3, CLASH),
    (1, True, 1, True),
    (0, False, 1, CLASH),
]


@pytest.mark.parametrize("path", ["timeouts__tool_ms", "env__A", "cwd", "extra__codex__deep__er"])
@pytest.mark.parametrize(("was", "here", "there", "expected"), SCALAR_TABLE)
def test_each_way_a_leaf_can_change(path, was, here, there, expected):
    base, local, central = (server(**{path: leaf}) for leaf in (was, here, there))
    merged = merge_entity(SERVER, base, local, central)
    where = tuple(path.split("__"))
    if expected == CLASH:
        assert merged.conflicts == (Conflict(SERVER, where, was, here, there),)
        assert merged.fields == central
    else:
        assert merged.conflicts == ()
        assert repr(merged.fields.get(where)) == repr(expected)  # true is not 1


@pytest.mark.parametrize(
    ("was", "here", "there", "expected"),
    [
        ("ab", "abc", "abd", "abcd"),
        ("ab", "a", "abd", "ad"),
        ("ab", "a", "b", ""),
        ("ab", "", "abc", "c"),
        ("", "a", "b", "ab"),
        ("", "a", "a", "a"),
        ("abc", "ab", "bc", "b"),
        ("ab", "ab", "", ""),
    ],
)
def test_each_way_a_set_can_change(was, here, there, expected):
    merged = merge_entity(SERVER, *(server(tools__denied=list(side) or None) for side in (was, here, there)))
    assert merged.conflicts == ()
    assert merged.fields.get(("tools", "denied"), []) == list(expected)


@pytest.mark.parametrize(
    ("was", "here", "there"),
    [
        ("ab", "a", "b"),  # nothing in common is left: an empty list would allow every tool
        ("", "a", "b"),  # both restrict a server that was open: the union would be wider than either
        ("ab", "", "abc"),  # one side opens what the other adds to
        ("ab", "c", ""),
    ],
)
@pytest.mark.parametrize(("entity", "path"), [(SERVER, ("tools", "allowed")), (RULE, ("clients",))])
def test_a_list_that_restricts_never_opens_by_merging(entity, path, was, here, there):
    sides = [{("command",): "npx", **({path: list(side)} if side else {})} for side in (was, here, there)]
    assert [c.path for c in merge_entity(entity, *sides).conflicts] == [path]


def test_a_list_that_restricts_merges_as_a_set_while_it_stays_a_list():
    merged = merge_entity(SERVER, *(server(tools__allowed=list(side)) for side in ("ab", "abc", "b")))
    assert merged.fields[("tools", "allowed")] == ["b", "c"]
    assert not merged.conflicts


@pytest.mark.parametrize(("here", "there", "expected"), [(["a", "x"], ["a"], ["a", "x"]), (["b", "a"], ["a", "c"], CLASH)])
def test_an_ordered_list_is_one_value(here, there, expected):
    merged = merge_entity(SERVER, server(args=["a"]), server(args=here), server(args=there))
    assert (CLASH if merged.conflicts else merged.fields[("args",)]) == expected


def test_changes_of_different_keys_of_a_map_are_both_kept():
    merged = merge_entity(SERVER, server(env__A="1", env__B="2"), server(env__A="9", env__B="2"), server(env__A="1", env__C="3"))
    assert merged.fields == server(env__A="9", env__C="3")
    assert not merged.conflicts


@pytest.mark.parametrize(
    ("was", "here", "there", "expected"),
    [
        (server(cwd="1"), None, server(cwd="1"), None),
        (server(cwd="1"), server(cwd="1"), None, None),
        (server(cwd="1"), None, None, None),
        (None, server(cwd="1"), None, server(cwd="1")),
        (None, None, server(cwd="1"), server(cwd="1")),
        (None, server(cwd="1"), server(cwd="1"), server(cwd="1")),
        (None, None, None, None),
        (server(cwd="1"), None, server(cwd="2"), CLASH),
        (server(cwd="1"), server(cwd="2"), None, CLASH),
        (None, server(cwd="1"), server(cwd="2"), CLASH),
        (None, server(cwd="1"), server(env__A="2"), CLASH),
    ],
)
def test_each_way_an_entity_can_come_and_go(was, here, there, expected):
    merged = merge_entity(SERVER, was, here, there)
    assert [c.path for c in merged.conflicts] == ([()] if expected == CLASH else [])
    assert merged.fields == (there if expected == CLASH else expected)


def test_a_conflict_of_the_whole_entity_shows_it_as_people_read_it():
    merged = merge_entity(SERVER, server(env__A="1"), None, server(env__A="2"))
    assert merged.conflicts == (Conflict(SERVER, (), {"command": "npx", "env": {"A": "1"}}, None, {"command": "npx", "env": {"A": "2"}}),)


def test_a_leaf_on_one_side_and_a_map_on_the_other_are_one_conflict():
    merged = merge_entity(SERVER, server(extra__x=1), server(extra__x__y=2), server(extra__x=3))
    assert merged.conflicts == (Conflict(SERVER, ("extra", "x"), 1, {"y": 2}, 3),)
    assert merged.fields == server(extra__x=3)


def test_a_map_that_was_chosen_over_a_leaf_becomes_fields_again():
    versions = server(extra__x=1), server(extra__x__y=2), server(extra__x=3)
    chosen = {("extra", "x"): Resolution({"y": 2}, "local", "manual-review")}
    assert resolved(SERVER, *versions, chosen) == server(extra__x__y=2)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({("url",): "https://a.example"}, {("command",): "npx", ("env", "A"): "1"}),
        ({("url",): "https://a.example", ("transport",): "sse"}, {("command",): "uvx"}),
        ({("command",): "npx", ("args",): ["x"]}, {("url",): "https://a.example", ("headers", "X"): "1"}),
    ],
)
def test_half_a_program_and_half_an_address_is_a_conflict_of_the_whole(here, there):
    assert [c.path for c in merge_entity(SERVER, server(), here, there).conflicts] == [()]


def test_a_server_that_became_remote_keeps_a_switch_of_the_other_side():
    remote = {("url",): "https://a.example"}
    merged = merge_entity(SERVER, server(), remote, server(enabled=False))
    assert merged.fields == {**remote, ("enabled",): False}
    assert not merged.conflicts


def test_fields_that_only_together_make_an_unreachable_server_are_a_conflict():
    base = {("command",): "npx", ("url",): "https://a.example"}
    local, central = {("url",): "https://a.example"}, {("command",): "npx"}
    assert [c.path for c in merge_entity(SERVER, base, local, central).conflicts] == [()]


def test_both_sides_adding_to_the_same_body_at_different_headings_is_clean():
    base, local, central = rule(body="# A\none\n# B\ntwo\n"), rule(body="# A\nONE\n# B\ntwo\n"), rule(body="# A\none\n# B\nTWO\n")
    assert merge_entity(RULE, base, local, central).fields == rule(body="# A\nONE\n# B\nTWO\n")


def test_a_body_in_conflict_is_one_conflict_with_whole_texts():
    merged = merge_entity(RULE, rule(body="a"), rule(body="b"), rule(body="c"))
    assert merged.conflicts == (Conflict(RULE, ("body",), "a", "b", "c"),)


@pytest.mark.parametrize(("value", "expected"), [("2", server(cwd="2")), ("mine", server(cwd="mine")), (None, server()), ([], server())])
def test_a_resolution_puts_its_value_at_the_path(value, expected):
    chosen = {("cwd",): Resolution(value, "edited", "manual-review")}
    assert resolved(SERVER, server(cwd="1"), server(cwd="2"), server(cwd="3"), chosen) == expected


def test_a_resolution_keeps_the_clean_changes_of_both_sides():
    base, local, central = server(cwd="1"), server(cwd="2", env__A="a"), server(cwd="3", env__B="b")
    chosen = {("cwd",): Resolution("2", "local", "manual-review")}
    assert resolved(SERVER, base, local, central, chosen) == server(cwd="2", env__A="a", env__B="b")


@pytest.mark.parametrize(("value", "expected"), [(None, None), ({"command": "uvx"}, {("command",): "uvx"})])
def test_a_resolution_of_the_whole_entity_replaces_or_removes_it(value, expected):
    assert resolved(SERVER, server(), None, server(cwd="2"), {(): Resolution(value, "edited", "manual-review")}) == expected


def test_a_resolution_for_what_is_not_in_conflict_is_not_used():
    stale = {("cwd",): Resolution("old", "edited", "manual-review"), (): Resolution(None, "edited", "manual-review")}
    assert resolved(SERVER, server(cwd="1"), server(cwd="2"), server(cwd="1"), stale) == server(cwd="2")


def test_not_a_number_is_no_change():
    assert not merge_entity(SERVER, server(cwd=float("nan")), server(cwd=float("nan")), server(cwd=float("nan"))).conflicts
