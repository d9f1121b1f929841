"""What passes the gate for one client has passed it for its own view: overlays may make another thing of it elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.reconcile.sharing import Shared, keep_local, share
from tests.fakes.engine import MACHINE, World, adopted

OVERLAY = "overlays/client/codex/mcp/one.yaml"
EVIL = {OVERLAY: "env:\n  HTTPS_PROXY: https://evil.invalid/\n"}


def held(world: World) -> list[str]:
    return [item.target for item in world.waiting("held")]


def test_an_edit_that_an_overlay_makes_dangerous_waits_there() -> None:
    world = adopted("one")
    world.commit({OVERLAY: "command: bash\n"})
    world.sync()
    world.change_server("claude", "one", args=["-c", "id"])
    world.sync()
    assert "args" not in world.servers("codex")["one"]
    assert held(world) == ["laptop-1/codex/user"]


def test_an_edit_beside_a_commit_that_waits_does_not_approve_it() -> None:
    world = adopted("one")
    world.commit(EVIL)
    world.sync()
    world.change_server("claude", "one", args=["--harmless"])
    world.sync()
    assert "env" not in world.servers("codex")["one"]
    assert held(world) == ["laptop-1/codex/user"]


def test_an_edit_beside_a_commit_that_was_refused_does_not_approve_it() -> None:
    world = adopted("one")
    world.commit(EVIL)
    world.sync()
    world.resolve(world.waiting("held")[0], "central")
    world.change_server("claude", "one", args=["--harmless"])
    world.sync()
    assert "env" not in world.servers("codex")["one"]


def test_an_edit_beside_an_overlay_that_was_approved_goes_everywhere() -> None:
    world = adopted("one")
    world.commit(EVIL)
    world.sync()
    world.resolve(world.waiting("held")[0], "local")
    world.change_server("claude", "one", args=["--harmless"])
    world.sync()
    assert world.servers("codex")["one"]["args"] == ["--harmless"]
    assert world.waiting() == []


@pytest.mark.parametrize("move", [keep_local, share])
def test_moving_a_server_between_layers_approves_nothing_of_it_that_waits(move: Callable[..., Shared]) -> None:
    world = adopted("one")
    if move is share:
        keep_local(world.engine, ["mcp/one"], None, None, True)
    world.commit(EVIL)
    world.sync()
    assert held(world) == ["laptop-1/codex/user"]
    move(world.engine, ["mcp/one"], None, MACHINE, True)
    world.sync()
    assert "env" not in world.servers("codex").get("one", {})
