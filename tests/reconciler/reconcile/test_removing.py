"""`remove`: a target is let go, and main and the other clients stay as they are."""

from __future__ import annotations

import pytest

from reconciler.reconcile.removing import remove
from reconciler.reconcile.starting import set_modes
from tests.fakes.engine import CLIENTS, SERVERS, World


@pytest.fixture
def world() -> World:
    """Each client has a server of its own, and got the others'."""
    world = World()
    for client in CLIENTS:
        world.put_server(client, f"of-{client}")
    world.adopt()
    world.sync()
    world.clock.advance(120)
    return world


def gone(world: World, client: str, is_restored: bool) -> None:
    remove(world.engine, world.target(client), is_restored)


@pytest.mark.parametrize("is_restored", [False, True])
def test_main_and_the_other_clients_keep_all(world: World, is_restored: bool) -> None:
    before = {p: t for p, t in world.main().items() if not p.startswith("machines/")}
    gone(world, "qwen", is_restored)
    world.sync()
    assert {p: t for p, t in world.main().items() if not p.startswith("machines/")} == before
    assert all(f"of-{c}" in world.servers("claude") for c in CLIENTS)


def test_its_registration_and_synced_ref_go(world: World) -> None:
    gone(world, "qwen", False)
    assert [t.client for t in world.engine.targets()] == ["claude", "codex", "acli"]
    assert not [r for r in world.refs() if "/qwen/" in r]


def test_kept_its_files_stay_as_they_are(world: World) -> None:
    before = world.snapshot()[0]
    gone(world, "qwen", False)
    world.sync()
    assert world.snapshot()[0] == before


@pytest.mark.parametrize("client", CLIENTS)
def test_restored_it_has_what_it_had_before_our_first_write(world: World, client: str) -> None:
    gone(world, client, True)
    assert list(world.servers(client)) == [f"of-{client}"]


def test_restored_what_the_client_changed_since_stays(world: World) -> None:
    world.change_server("qwen", "of-codex", args=["mine"])
    gone(world, "qwen", True)
    assert world.servers("qwen")["of-codex"]["args"] == ["mine"]
    assert "of-acli" not in world.servers("qwen")


def test_what_waits_of_it_goes_too(world: World) -> None:
    world.change_server("qwen", "of-codex", args=["a"])
    world.change_server("claude", "of-codex", args=["b"])
    world.sync()
    assert [i.target for i in world.waiting()] == ["laptop-1/qwen/user"]
    gone(world, "qwen", False)
    assert world.waiting() == []
    assert world.servers("qwen")["of-codex"]["args"] == ["a"]


def test_enabled_again_it_begins_anew(world: World) -> None:
    gone(world, "qwen", True)
    world.clock.advance(120)
    set_modes(world.engine, {"qwen/user": {"mode": "sync"}}, "Enable")
    world.sync()
    assert all(f"of-{c}" in world.servers("qwen") for c in CLIENTS)
    world.clock.advance(120)
    gone(world, "qwen", True)
    assert list(world.servers("qwen")) == ["of-qwen"]


def test_removing_again_changes_nothing(world: World) -> None:
    target = world.target("qwen")
    gone(world, "qwen", True)
    before = world.snapshot()[0], world.refs()
    remove(world.engine, target, True)
    assert (world.snapshot()[0], world.refs()) == before


def test_a_removal_that_was_killed_goes_on(world: World) -> None:
    target = world.target("qwen")
    world.commit({"machines/laptop-1.yaml": world.main()["machines/laptop-1.yaml"].replace("  qwen/user:\n    mode: sync\n", "")})
    remove(world.engine, target, True)
    assert list(world.servers("qwen")) == ["of-qwen"]
    assert SERVERS["qwen"][0] in world.files
