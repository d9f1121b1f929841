from __future__ import annotations

from reconciler.merge.config import merge_config
from reconciler.model.names import EntityId

A, B, C, D = (EntityId(f"mcp/{name}") for name in "abcd")


def server(command: str):
    return {("command",): command}


def test_entities_are_merged_one_by_one():
    base = {A: server("1"), B: server("1"), C: server("1")}
    local = {A: server("2"), B: server("1"), C: server("1"), D: server("new")}
    central = {A: server("1"), C: server("3")}
    merged = merge_config(base, local, central)
    assert merged.config == {A: server("2"), C: server("3"), D: server("new")}
    assert merged.conflicts == {}


def test_a_conflict_of_one_entity_does_not_hold_the_others():
    merged = merge_config({A: server("1")}, {A: server("2"), B: server("1")}, {A: server("3")})
    assert list(merged.conflicts) == [A]
    assert merged.config == {A: server("3"), B: server("1")}


def test_an_entity_that_central_removed_and_local_changed_is_absent_while_it_waits():
    merged = merge_config({A: server("1")}, {A: server("2")}, {})
    assert list(merged.conflicts) == [A]
    assert merged.config == {}


def test_without_a_base_the_union_is_taken_and_every_difference_is_a_conflict():
    merged = merge_config({}, {A: server("1"), B: server("1"), C: server("1")}, {A: server("1"), B: server("2"), D: server("1")})
    assert set(merged.config) == {A, B, C, D}
    assert [(c.base, c.path) for c in merged.conflicts[B]] == [(None, ())]
    assert list(merged.conflicts) == [B]
