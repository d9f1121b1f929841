"""What must be written, and what is agreed afterwards: a pure function of the three states and of what waits."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.all_adapters import ADAPTERS
from reconciler.mapping.adapter import Parsed
from reconciler.mapping.documents import Docs
from reconciler.mapping.masking import Local
from reconciler.mapping.sections import Reading
from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId
from reconciler.plan.converge import ConvergePlan, Waiting, converge_plan

ONE = EntityId("mcp/one")
OLD: Fields = {("transport",): "stdio", ("command",): "old"}
NEW: Fields = {("transport",): "stdio", ("command",): "new"}
DENIED: Fields = {**NEW, ("tools", "denied"): ["rm"]}
SECRET: Fields = {**NEW, ("env", "K"): "${secret:k}"}


def one(fields: Fields | None) -> Config:
    return {} if fields is None else {ONE: fields}


def plan(found: Fields | None, synced: Fields | None, central: Fields | None, waiting: Waiting | None = None, **values: str) -> ConvergePlan:
    local = Local("/home/ann", values.get, frozenset(values), lambda v: f"digest of {v}")
    reading = Reading(config=dict(one(found)))
    parsed = Parsed(Docs({}, {}), reading, ())
    return converge_plan(ADAPTERS["claude"], parsed, one(found), one(synced), one(central), waiting or Waiting({}), local)


@pytest.mark.parametrize(
    ("found", "synced", "central", "wanted", "agreed"),
    [
        (OLD, OLD, OLD, {}, OLD),  # in step
        (OLD, OLD, NEW, {ONE: NEW}, NEW),  # main went on
        (None, None, NEW, {ONE: NEW}, NEW),  # new on main
        (OLD, OLD, None, {ONE: None}, None),  # gone from main
        (OLD, None, None, {}, None),  # never agreed on: it is the client's own still
        (NEW, OLD, NEW, {}, NEW),  # captured and landed
        (OLD, OLD, DENIED, {}, OLD),  # a gap keeps bytes and agreement
        (None, None, DENIED, {}, None),  # a gap is not written
        (OLD, OLD, SECRET, {}, OLD),  # a missing secret keeps both too
    ],
)
def test_each_way_the_three_states_can_stand(found: Any, synced: Any, central: Any, wanted: Any, agreed: Any) -> None:
    result = plan(found, synced, central)
    assert (result.wanted, result.agreed) == (wanted, one(agreed))


@pytest.mark.parametrize("word", ["conflict", "held"])
def test_what_waits_in_a_review_is_neither_written_nor_agreed(word: str) -> None:
    result = plan(OLD, OLD, NEW, Waiting({ONE: word}))
    assert (result.wanted, result.agreed, [d.why for d in result.dropped]) == ({}, one(OLD), [word])


def test_what_is_left_alone_is_neither_written_nor_removed() -> None:
    assert plan(OLD, OLD, None, Waiting({}, left_alone={ONE})).wanted == {}


def test_what_others_dispute_is_not_given_to_who_never_had_it() -> None:
    result = plan(None, None, NEW, Waiting({}, pending={ONE}))
    assert (result.wanted, [d.why for d in result.dropped]) == ({}, ["pending"])


def test_what_others_dispute_goes_on_for_who_has_it() -> None:
    assert plan(OLD, OLD, NEW, Waiting({}, pending={ONE})).wanted == {ONE: NEW}


def test_secrets_are_filled_in_and_agreed_by_their_names() -> None:
    result = plan(None, None, SECRET, k="hush")
    assert (result.wanted[ONE][("env", "K")], result.agreed, result.used_secrets) == ("hush", one(SECRET), {"k": "digest of hush"})  # type: ignore[index]


def test_a_gap_is_named() -> None:
    assert plan(OLD, OLD, DENIED).gaps == {ONE}
