"""What is ignored neither leaves a client's files nor enters them: the three states and the rules decide."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.all_adapters import ADAPTERS
from reconciler.mapping.adapter import Parsed
from reconciler.mapping.documents import Docs
from reconciler.mapping.ignoring import Ignoring
from reconciler.mapping.masking import Local
from reconciler.mapping.sections import Reading
from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId
from reconciler.plan.converge import ConvergePlan, Waiting, converge_plan
from reconciler.plan.local import LocalConfig, local_config

ONE = EntityId("mcp/one")
X: Fields = {("transport",): "stdio", ("command",): "x"}
ARGS: Fields = {**X, ("args",): ["a"]}
A: Fields = {**X, ("env", "K"): "a"}
B: Fields = {**X, ("env", "K"): "b"}
WEB: Fields = {("transport",): "http", ("url",): "https://example.invalid/"}


def one(fields: Fields | None) -> Config:
    return {} if fields is None else {ONE: fields}


def captured(pattern: str, found: Fields | None, synced: Fields | None, central: Fields | None) -> LocalConfig:
    ignoring = Ignoring((pattern,))
    alone = ignoring.left_alone(one(found), {**one(central), **one(synced)})
    return local_config(ADAPTERS["claude"], ignoring.seen(one(found), alone), one(synced), one(central), alone, ignoring)


def plan(pattern: str, found: Fields | None, synced: Fields | None, central: Fields | None) -> ConvergePlan:
    local, parsed = Local("/home/ann", lambda _: None, frozenset(), lambda _: ""), Parsed(Docs({}, {}), Reading(config=dict(one(found))), ())
    return converge_plan(ADAPTERS["claude"], parsed, {}, one(synced), one(central), Waiting({}), local, Ignoring((pattern,)))


@pytest.mark.parametrize(
    ("pattern", "found", "synced", "changed"),
    [
        ("mcp/one", B, A, None),  # the whole of it
        ("mcp/*", None, A, None),
        ("mcp/*", A, None, None),
        ("mcp/one.env.K", B, A, None),  # a field
        ("mcp/one.env.*", X, A, None),  # a field that went
        ("mcp/one.env.*", A, X, None),  # a field that came
        ("mcp/one.env.K", {**ARGS, ("env", "K"): "b"}, A, {**ARGS, ("env", "K"): "a"}),  # beside it all goes on
        ("mcp/one.env.K", B, None, X),  # new: without it
        ("mcp/one.args", ARGS, None, None),  # new, and without it another one
        ("mcp/one.args", X, None, X),
        ("mcp/one.command", WEB, X, None),  # half of a server is none
        ("mcp/two", B, A, B),  # no rule for it
        ("mcp/one.env.OTHER", B, A, B),
        ("rules/*", B, A, B),
    ],
)
def test_what_is_captured_beside_a_rule(pattern: str, found: Any, synced: Any, changed: Any) -> None:
    result = captured(pattern, found, synced, synced)
    assert {e: result.config[e] for e in result.changed} == one(changed)


def test_a_server_that_went_goes_with_its_ignored_field() -> None:
    result = captured("mcp/one.args", None, ARGS, ARGS)
    assert (result.changed, result.config) == ((ONE,), {})


@pytest.mark.parametrize(
    ("pattern", "found", "central", "wanted"),
    [
        ("mcp/one", X, ARGS, {}),  # the whole of it
        ("mcp/one", X, None, {}),
        ("mcp/one", None, X, {}),
        ("mcp/one.env.K", A, B, {}),  # a field
        ("mcp/one.env.K", X, B, {}),
        ("mcp/one.env.K", A, X, {}),
        ("mcp/one.env.K", A, {**ARGS, ("env", "K"): "b"}, {ONE: {**ARGS, ("env", "K"): "a"}}),  # beside it all goes on
        ("mcp/one.env.K", None, B, {ONE: X}),  # new: without it
        ("mcp/one.args", None, ARGS, {}),  # new, and without it another one
        ("mcp/one.command", X, WEB, {}),  # half of a server is none
        ("mcp/one.env.K", A, None, {ONE: None}),  # the server went
        ("mcp/two", X, ARGS, {ONE: ARGS}),  # no rule for it
    ],
)
def test_what_is_written_beside_a_rule(pattern: str, found: Any, central: Any, wanted: Any) -> None:
    assert plan(pattern, found, found or None, central).wanted == wanted


def test_an_ignored_field_keeps_what_was_agreed() -> None:
    assert plan("mcp/one.env.K", B, A, {**ARGS, ("env", "K"): "c"}).agreed == one({**ARGS, ("env", "K"): "a"})


def test_an_ignored_server_keeps_what_was_agreed_and_is_no_gap() -> None:
    result = plan("mcp/one", X, A, {**X, ("tools", "denied"): ["rm"]})
    assert (result.agreed, [(d.field, d.why) for d in result.dropped]) == (one(A), [((), "ignored")])


def test_a_missing_secret_of_an_ignored_field_holds_nothing_back() -> None:
    result = plan("mcp/one.env.K", X, X, {**ARGS, ("env", "K"): "${secret:k}"})
    assert result.wanted == {ONE: ARGS}
    assert [(d.entity, d.field, d.why) for d in result.dropped] == [(ONE, ("env", "K"), "ignored")]


@pytest.mark.parametrize(("pattern", "found", "central"), [("mcp/one", A, A), ("mcp/one.env.K", A, A), ("mcp/one", B, None), ("mcp/two", A, B), ("mcp/one.env.K", A, {**A, ("args",): ["x"]})])
def test_what_a_rule_leaves_out_is_told_only_where_main_has_it_otherwise(pattern: str, found: Any, central: Any) -> None:
    assert [d for d in plan(pattern, found, found, central).dropped if d.why == "ignored"] == []


@pytest.mark.parametrize("pattern", ["tools/default.allow shell:npm*", "tools/*", "tools/default", "tools/allow shell:npm ci"])
def test_an_allowed_tool_is_named_as_people_see_it(pattern: str) -> None:
    assert Ignoring((pattern,)).is_whole(EntityId("tools/allow shell:npm ci"))
