"""What is read and written of a target in each mode."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reconciler.ports.brake import Pause
from reconciler.reconcile.conditions import conditions
from reconciler.reconcile.report import exit_code
from reconciler.reconcile.sharing import keep_local
from reconciler.reconcile.starting import set_modes
from tests.fakes.brake import MemoryBrake
from tests.fakes.engine import CLIENTS, World, adopted, of, outcome, with_doors


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def follow(world: World, args: str = "of-main") -> None:
    world.commit({"mcp/one.yaml": f"command: example-mcp-server\nargs: [{args}]\n"})


def args(world: World, client: str = "claude") -> list[str]:
    found: list[str] = world.servers(client)["one"].get("args", [])
    return found


def mode(world: World, client: str, word: str) -> None:
    set_modes(world.engine, {f"{client}/user": {"mode": word}}, "Set")


def test_an_observed_target_is_neither_written_nor_captured(world: World) -> None:
    mode(world, "qwen", "observe")
    world.change_server("qwen", "two", args=["of-qwen"])
    follow(world)
    world.sync()
    assert args(world, "qwen") == []
    assert not world.servers("claude")["two"].get("args")


def test_a_suspended_target_is_neither_written_nor_captured(world: World) -> None:
    mode(world, "qwen", "suspended")
    world.change_server("qwen", "two", args=["of-qwen"])
    follow(world)
    world.sync()
    assert args(world, "qwen") == []
    assert not world.servers("claude")["two"].get("args")


def test_what_was_edited_while_suspended_is_captured_afterwards(world: World) -> None:
    mode(world, "qwen", "suspended")
    world.change_server("qwen", "two", args=["of-qwen"])
    world.sync()
    mode(world, "qwen", "sync")
    world.sync()
    assert world.servers("claude")["two"]["args"] == ["of-qwen"]


def test_enforce_takes_drift_back(world: World) -> None:
    mode(world, "qwen", "enforce")
    world.sync()
    world.change_server("qwen", "one", args=["drift"])
    assert outcome(world.sync(), "qwen") == "converged"
    assert not args(world, "qwen")
    assert not args(world)


def test_enforce_puts_back_what_was_removed(world: World) -> None:
    mode(world, "qwen", "enforce")
    world.sync()
    world.drop_server("qwen", "one")
    world.sync()
    assert all("one" in world.servers(c) for c in CLIENTS)


def test_follow_only_is_written_and_gives_nothing(world: World) -> None:
    mode(world, "qwen", "follow-only")
    world.put_server("qwen", "mine")
    follow(world)
    world.sync()
    assert args(world, "qwen") == ["of-main"]
    assert "mine" not in world.servers("claude")
    assert "mine" in world.servers("qwen")


def test_capture_only_gives_and_is_never_written(world: World) -> None:
    mode(world, "qwen", "capture-only")
    world.put_server("qwen", "mine")
    follow(world)
    world.sync()
    assert "mine" in world.servers("claude")
    assert args(world, "qwen") == []


def test_capture_only_captures_an_edit_once(world: World) -> None:
    mode(world, "qwen", "capture-only")
    world.put_server("qwen", "mine")
    follow(world)
    world.sync()
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before


def test_what_enforce_puts_back_is_told_as_corrected(world: World) -> None:
    mode(world, "qwen", "enforce")
    world.sync()
    world.change_server("qwen", "one", args=["drift"])
    assert of(world.sync(), "qwen").corrected == ("mcp/one",)
    assert of(world.sync(), "qwen").corrected == ()


def test_what_main_changed_is_no_correction(world: World) -> None:
    mode(world, "qwen", "enforce")
    follow(world)
    assert of(world.sync(), "qwen").corrected == ()
    assert args(world, "qwen") == ["of-main"]


def test_enforce_leaves_what_was_never_synced(world: World) -> None:
    mode(world, "qwen", "enforce")
    world.put_server("qwen", "mine")
    world.sync()
    assert "mine" in world.servers("qwen")
    assert "mine" not in world.servers("claude")


def test_enforce_against_somebody_who_keeps_writing_is_a_fight(world: World) -> None:
    mode(world, "qwen", "enforce")
    world.sync()
    for i in range(8):
        world.change_server("qwen", "one", args=[str(i)])
        last = of(world.sync(), "qwen")
    assert last.outcome == "stalled"
    assert args(world, "qwen") == ["7"]


def test_follow_only_leaves_a_local_edit_until_main_changes_the_same(world: World) -> None:
    mode(world, "qwen", "follow-only")
    world.sync()
    world.change_server("qwen", "one", args=["mine"])
    assert of(world.sync(), "qwen").drifted == ("mcp/one",)
    assert args(world, "qwen") == ["mine"]
    assert args(world) == []
    follow(world)
    world.sync()
    assert args(world, "qwen") == ["of-main"]


def suspended(world: World, **more: str) -> None:
    at = datetime.fromtimestamp(world.clock.now() + 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    set_modes(world.engine, {"qwen/user": {"mode": "suspended", "by": "ann", "reason": "a test", "until": at, **more}}, "Suspend")


def test_a_suspension_ends_by_itself(world: World) -> None:
    suspended(world)
    follow(world)
    world.sync()
    assert (world.target("qwen").mode, args(world, "qwen")) == ("suspended", [])
    world.clock.advance(120)
    world.sync()
    assert (world.target("qwen").mode, args(world, "qwen")) == ("sync", ["of-main"])


def test_after_it_the_mode_before_it_holds(world: World) -> None:
    suspended(world, back_to="enforce")
    world.clock.advance(120)
    assert world.target("qwen").mode == "enforce"


@pytest.mark.parametrize("word", ["suspended", "observe"])
def test_what_is_left_alone_is_never_shown_as_good(world: World, word: str) -> None:
    mode(world, "qwen", word)
    found = conditions(of(world.sync(), "qwen"), frozenset())
    assert (found[0].type, found[0].status) == ("Ready", "False")


def test_paused_nothing_is_written_captured_or_committed(world: World) -> None:
    world.change_server("qwen", "one", args=["mine"])
    follow(world)
    brake = MemoryBrake(Pause("ann", "a test", 0.0))
    before = world.snapshot()[:2], world.store.count()
    result = with_doors(world, brake=brake).sync()
    assert (world.snapshot()[:2], world.store.count()) == before
    assert result.paused == brake.pause
    assert exit_code(result, frozenset()) == 3
    brake.release()
    world.sync()
    assert world.waiting() != []  # both changed it meanwhile


def test_paused_no_target_is_shown_as_good(world: World) -> None:
    result = with_doors(world, brake=MemoryBrake(Pause("ann", "a test", 0.0))).sync()
    for one in result.targets:
        assert [c.reason for c in conditions(one, frozenset(), paused=result.paused)] == ["Paused", "Paused"]


def test_a_decision_made_while_paused_waits(world: World) -> None:
    brake = MemoryBrake(Pause("ann", "a test", 0.0))
    world.sync()
    keep_local(with_doors(world, brake=brake).engine, ["mcp/one"], "claude", None, False)
    world.sync()
    assert "one" in world.servers("qwen")
    brake.release()
    world.sync()
    assert "one" not in world.servers("qwen")
