"""How old what is shown may be: a quick look is made for who asks, a slow one meanwhile."""

from __future__ import annotations

import itertools

from api.board import Board
from tests.fakes.engine import World, adopted
from tests.fakes.gateway import WorldEngines


def board(world: World, look_s: float) -> Board:
    """On which each look takes so long."""
    ticks = itertools.count()
    return Board(WorldEngines(world), world.clock, 1.0, lambda: next(ticks) * look_s)


def made_by(board: Board) -> float:
    """When the view was made that is shown once a look that goes on has ended."""
    view = board.view()
    if board._looking is not None:
        board._looking.join()
    return view.at


def test_a_quick_look_is_made_for_who_asks() -> None:
    world = adopted("one")
    shown = board(world, 0.01)
    first = made_by(shown)
    world.clock.advance(0.5)
    assert made_by(shown) == first
    world.clock.advance(0.6)
    assert made_by(shown) == world.clock.now()


def test_a_clock_that_was_set_back_keeps_no_old_view() -> None:
    world = adopted("one")
    shown = board(world, 0.01)
    made_by(shown)
    world.clock.set_back(3600)
    world.clock.advance(2)
    assert made_by(shown) == world.clock.now()


def test_nobody_waits_for_a_slow_look_but_the_first() -> None:
    world = adopted("one")
    shown = board(world, 2.0)
    first = made_by(shown)
    world.clock.advance(19)
    assert made_by(shown) == first
    assert shown._looking is None
    world.clock.advance(2)
    assert made_by(shown) == first
    assert made_by(shown) == world.clock.now()


def test_what_was_changed_here_is_looked_at_again_however_long_it_takes() -> None:
    world = adopted("one")
    shown = board(world, 2.0)
    made_by(shown)
    world.clock.advance(0.1)
    shown.forget()
    assert made_by(shown) == world.clock.now()
