"""restore: back to what a target's files held, on our spans alone, and never over what the client wrote since."""

from __future__ import annotations

import pytest

from reconciler.errors import Stalled
from reconciler.reconcile.restoring import restore
from tests.fakes.engine import World, adopted


@pytest.fixture
def world() -> World:
    """main's change was written to all, then nothing happened."""
    world = adopted("one", "two")
    world.commit({"mcp/one.yaml": "command: example-mcp-server\nargs: [of-main]\n"})
    world.sync()
    world.clock.advance(120)
    return world


def args(world: World) -> object:
    return world.servers("claude")["one"].get("args")


def test_it_puts_back_what_our_last_write_replaced(world: World) -> None:
    done = restore(world.engine, world.target("claude"), None, False)
    assert (done.written, done.changed) == ((".claude.json",), ("mcp/one",))
    assert not args(world)


def test_what_is_not_ours_stays(world: World) -> None:
    world.replace(".claude.json", '"numStartups": 7', '"numStartups": 8')
    restore(world.engine, world.target("claude"), None, False)
    assert '"numStartups": 8' in world.read(".claude.json")


def test_what_the_client_wrote_since_stays(world: World) -> None:
    world.change_server("claude", "one", args=["since"])
    done = restore(world.engine, world.target("claude"), None, False)
    assert (done.kept, args(world)) == (("mcp/one",), ["since"])


def test_the_whole_file_goes_back_byte_for_byte(world: World) -> None:
    backup = world.disk.backups(world.target("claude").id)[0]
    assert backup.digest is not None
    restore(world.engine, world.target("claude"), None, True)
    assert world.read(".claude.json").encode() == world.disk.backup_data(backup.digest)


def test_it_goes_back_to_a_time(world: World) -> None:
    at = world.clock.now() - 300
    restore(world.engine, world.target("codex"), at, False)
    assert world.servers("codex") == {}


def test_what_was_put_back_is_captured_as_an_edit(world: World) -> None:
    world.clock.advance(-115)  # soon after our write, so that it is no stale overwrite
    restore(world.engine, world.target("claude"), None, False)
    world.sync()
    assert not world.servers("qwen")["one"].get("args")


def test_without_a_backup_it_says_so(world: World) -> None:
    with pytest.raises(Stalled, match="no backup"):
        restore(world.engine, world.target("claude"), world.clock.now() + 1, False)


def test_a_file_that_cannot_be_read_needs_the_whole_file(world: World) -> None:
    world.write(".claude.json", "{")
    with pytest.raises(Stalled, match="--whole-file"):
        restore(world.engine, world.target("claude"), None, False)
