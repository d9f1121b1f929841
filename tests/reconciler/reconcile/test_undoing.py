"""Taking writes back among what a client wrote since: entity by entity, and in the very bytes of before."""

from __future__ import annotations

import pytest

from reconciler.reconcile.removing import remove
from reconciler.reconcile.restoring import restore
from tests.fakes.engine import PLAIN, World

COMMENTED = (
    '# my servers\n[mcp_servers.two]  # the second\ncommand = "example-mcp-server"\n\n[mcp_servers.one]\ncommand = "example-mcp-server"\n'
)
CONFIG = ".codex/config.toml"


@pytest.fixture
def world() -> World:
    """Codex's file as a person left it; then main took one server away, and changed the other."""
    world = World({**PLAIN, CONFIG: COMMENTED})
    world.adopt()
    world.sync()
    world.clock.advance(120)
    return world


def changed_by_main(world: World) -> float:
    at = world.clock.now()
    world.commit({"mcp/two.yaml": None})
    world.sync()
    world.clock.advance(120)
    world.commit({"mcp/one.yaml": "command: example-mcp-server\nargs: [of-main]\n"})
    world.sync()
    world.clock.advance(120)
    return at


def test_a_server_that_we_took_away_comes_back_at_its_place_with_its_comment(world: World) -> None:
    restore(world.engine, world.target("codex"), changed_by_main(world), False)
    assert world.read(CONFIG) == COMMENTED


@pytest.mark.parametrize("left", [None, b"", b"\n"])
def test_a_file_that_is_gone_or_empty_comes_back_as_we_left_it(world: World, left: bytes | None) -> None:
    changed_by_main(world)
    before = world.read(CONFIG)
    world.remove(CONFIG)
    if left is not None:
        world.write(CONFIG, left)
    assert restore(world.engine, world.target("codex"), None, False).written == (CONFIG,)
    assert world.read(CONFIG) == before


def test_so_it_does_among_what_the_client_wrote_since(world: World) -> None:
    at = changed_by_main(world)
    world.write(CONFIG, 'model = "new"\n' + world.read(CONFIG) + "# the end\n")
    restore(world.engine, world.target("codex"), at, False)
    assert world.read(CONFIG) == 'model = "new"\n' + COMMENTED + "# the end\n"


@pytest.mark.parametrize("text", ['model = "m"\n\n', "\ufeff"])
def test_no_header_of_ours_stays_above_what_the_client_wrote_right_below_it(text: str) -> None:
    world = World({**PLAIN, CONFIG: text})
    world.adopt()
    world.sync()
    before, at = world.read(CONFIG), world.clock.now()
    world.commit({"mcp/beta.yaml": "command: example-mcp-server\n"})
    world.sync()
    assert "[mcp_servers.beta]" in world.read(CONFIG)
    world.write(CONFIG, world.read(CONFIG) + "# of the client\n")
    restore(world.engine, world.target("codex"), at, False)
    assert world.read(CONFIG) == before + "# of the client\n"


def test_an_edit_of_the_client_that_was_captured_meanwhile_stays(world: World) -> None:
    at = changed_by_main(world)
    world.put_server("codex", "mine")
    world.sync()
    restore(world.engine, world.target("codex"), at, False)
    assert list(world.servers("codex")) == ["two", "one", "mine"]


def test_restoring_again_takes_the_restoring_back(world: World) -> None:
    changed_by_main(world)
    before = world.read(CONFIG)
    restore(world.engine, world.target("codex"), None, False)
    assert world.read(CONFIG) != before
    world.clock.advance(1)
    restore(world.engine, world.target("codex"), None, False)
    assert world.read(CONFIG) == before


def test_what_the_client_changed_of_an_entity_that_we_changed_is_kept_and_said(world: World) -> None:
    at = changed_by_main(world)
    world.change_server("codex", "one", args=["since"])
    done = restore(world.engine, world.target("codex"), at, False)
    assert (done.kept, done.changed) == (("mcp/one",), ("mcp/two",))
    assert world.servers("codex")["one"]["args"] == ["since"]


def test_writes_past_their_retention_are_taken_back_as_one(world: World) -> None:
    at = changed_by_main(world)
    world.disk.join_backups(world.target("codex").id)
    restore(world.engine, world.target("codex"), at, False)
    assert world.servers("codex") == {"two": {"command": "example-mcp-server"}, "one": {"command": "example-mcp-server"}}


@pytest.mark.parametrize("client", ["claude", "codex", "qwen", "acli"])
def test_a_removed_target_has_its_files_of_before_to_the_byte(client: str) -> None:
    world = World({**PLAIN, CONFIG: COMMENTED})
    before = dict(world.disk.files)
    world.adopt()
    world.sync()
    world.clock.advance(120)
    changed_by_main(world)
    remove(world.engine, world.target(client), True)
    mine = [p for p in {**before, **world.disk.files} if f".{'rovodev' if client == 'acli' else client}" in p]
    assert {p: world.disk.files.get(p) for p in mine} == {p: before.get(p) for p in mine}
