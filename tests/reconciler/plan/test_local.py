"""What a target's files say, as a whole config: fields that its client cannot hold come from what was agreed."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from reconciler.all_adapters import ADAPTERS
from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId
from reconciler.plan.local import LocalConfig, local_config

ONE = EntityId("mcp/one")
PLAIN: Fields = {("transport",): "stdio", ("command",): "x"}
DESCRIBED: Fields = {**PLAIN, ("description",): "why"}
ARGS: Fields = {**PLAIN, ("args",): ["a"]}
DENIED: Fields = {**PLAIN, ("tools", "denied"): ["rm"]}


def local(found: Config, synced: Config, central: Config | None = None, client: str = "claude", left: Collection[EntityId] = ()) -> LocalConfig:
    return local_config(ADAPTERS[client], found, synced, synced if central is None else central, left)


@pytest.mark.parametrize(
    ("found", "synced", "expected"),
    [
        (PLAIN, PLAIN, PLAIN),  # nothing changed
        (PLAIN, DESCRIBED, DESCRIBED),  # claude shows no description
        (ARGS, PLAIN, ARGS),  # a field came
        (ARGS, DESCRIBED, {**DESCRIBED, ("args",): ["a"]}),  # a field came, what is not shown stays
        (PLAIN, ARGS, PLAIN),  # a field went
        (None, PLAIN, None),  # it was removed
        (None, DESCRIBED, None),
        (PLAIN, None, PLAIN),  # it is new
    ],
)
def test_each_way_a_server_can_stand_to_what_was_agreed(found: Fields | None, synced: Fields | None, expected: Fields | None) -> None:
    result = local({} if found is None else {ONE: found}, {} if synced is None else {ONE: synced})
    assert result.config.get(ONE) == expected
    assert (ONE in result.changed) == (expected != synced)


def test_a_gap_reads_as_unchanged_whatever_the_file_has() -> None:
    result = local({ONE: ARGS}, {ONE: PLAIN}, {ONE: DENIED})
    assert (result.config, result.changed, result.gaps) == ({ONE: PLAIN}, (), {ONE})


def test_what_was_never_agreed_on_is_compared_with_main_on_what_the_client_can_hold() -> None:
    result = local({ONE: PLAIN}, {}, {ONE: DESCRIBED})
    assert (result.config, result.changed) == ({ONE: DESCRIBED}, ())


def test_another_clients_extras_are_not_taken_over_by_a_new_server() -> None:
    central: Config = {ONE: {**PLAIN, ("command",): "y", ("extra", "qwen", "note"): "n", ("tools", "denied"): ["rm"]}}
    assert ("extra", "claude", "note") not in local({ONE: PLAIN}, {}, central).config[ONE]


def test_what_is_left_alone_reads_as_agreed() -> None:
    result = local({}, {ONE: PLAIN}, left={ONE})
    assert (result.config, result.changed) == ({ONE: PLAIN}, ())


def test_what_is_left_alone_and_was_never_agreed_on_is_absent() -> None:
    result = local({ONE: PLAIN}, {}, {}, left={ONE})
    assert (result.config, result.changed) == ({}, ())
