"""``true`` and ``1`` are different values in every file, though Python calls them equal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.engine import adopted


@pytest.mark.parametrize(("before", "after"), [(True, 1), (1, True), (0, False), (1, 1.5)])
def test_an_own_field_that_changes_its_type_is_captured(before: Any, after: Any) -> None:
    world = adopted("one")
    world.change_server("claude", "one", level=before)
    world.sync()
    world.change_server("claude", "one", level=after)
    world.sync()
    found = (world.central("mcp/one") or {})["extra"]["claude"]["level"]
    assert (type(found), found) == (type(after), after)


@pytest.mark.parametrize(("before", "after"), [("true", "1"), ("1", "true")])
def test_one_that_main_changes_is_written(before: str, after: str) -> None:
    world = adopted("one")
    for value in (before, after):
        world.commit({"mcp/one.yaml": f"command: example\nextra:\n  claude:\n    level: {value}\n"})
        world.sync()
    assert str(world.servers("claude")["one"]["level"]).lower() == after
