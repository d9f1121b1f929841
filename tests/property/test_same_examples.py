"""A check says the same each time: no example depends on which tests ran before."""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.same_examples import modules


@settings(max_examples=1)
@given(st.none())
def test_every_module_whose_constants_are_drawn_is_loaded_before_the_first_property(nothing: None) -> None:
    assert [name for name in modules() if name not in sys.modules] == []
