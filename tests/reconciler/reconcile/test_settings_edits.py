"""Edits of `reconciler.yaml` by commands, and what they change."""

from __future__ import annotations

from reconciler.reconcile.conditions import conditions
from reconciler.reconcile.report import exit_code
from reconciler.reconcile.settings_edits import add_to
from tests.fakes.engine import World, adopted, of

GAP = {"entity": "mcp/new", "client": "claude", "reason": "its sandbox does that"}


def with_gap() -> World:
    world = adopted()
    world.put_server("codex", "new", {"command": "example", "disabled_tools": ["rm"]})
    world.sync()
    return world


def ready(world: World, client: str) -> str:
    return conditions(of(world.sync(), client), world.engine.centre.accepted_gaps())[0].reason


def test_a_persons_comments_survive() -> None:
    world = adopted()
    before = world.main()["reconciler.yaml"]
    add_to(world.engine, "accepted_gaps", GAP, "Accept a gap")
    after = world.main()["reconciler.yaml"]
    assert [line for line in before.splitlines() if line.startswith("#") and line not in after] == []


def test_an_accepted_gap_is_out_of_ready() -> None:
    world = with_gap()
    assert ready(world, "claude") == "CannotHold"
    add_to(world.engine, "accepted_gaps", GAP, "Accept a gap")
    assert ready(world, "claude") == "InSync"


def test_an_accepted_gap_is_out_of_exit_codes() -> None:
    world = with_gap()
    before = exit_code(world.sync(), world.engine.centre.accepted_gaps())
    for client in ("claude", "acli"):
        add_to(world.engine, "accepted_gaps", {**GAP, "client": client}, "Accept a gap")
    assert (before, exit_code(world.sync(), world.engine.centre.accepted_gaps())) == (3, 0)


def test_a_gap_accepted_for_one_client_is_open_for_the_other() -> None:
    world = with_gap()
    add_to(world.engine, "accepted_gaps", GAP, "Accept a gap")
    assert ready(world, "acli") == "CannotHold"


def test_it_is_still_listed_as_dropped() -> None:
    world = with_gap()
    add_to(world.engine, "accepted_gaps", GAP, "Accept a gap")
    assert [d.why for d in of(world.sync(), "claude").dropped] == ["gap"]


def test_the_same_edit_again_writes_nothing() -> None:
    world = adopted()
    first = add_to(world.engine, "accepted_gaps", GAP, "Accept a gap")
    assert add_to(world.engine, "accepted_gaps", GAP, "Accept a gap") == first


def test_an_item_moves_from_one_list_to_another() -> None:
    world = adopted()
    add_to(world.engine, "masked_values", "mcp/one.env.MODE", "Mask")
    add_to(world.engine, "plain_values", "mcp/one.env.MODE", "Plain", not_in="masked_values")
    settings = world.engine.centre.settings(world.head)
    assert (settings.list("plain_values"), settings.list("masked_values")) == (["mcp/one.env.MODE"], [])
