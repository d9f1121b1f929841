"""An edit in a client's file is captured into the layer that its value came from, in the user's scope and in a project's."""

from __future__ import annotations

import pytest

from reconciler.formats.edit import Set
from reconciler.reconcile import projects
from tests.fakes.engine import HOME, MACHINE, World, adopted

OVERLAYS = ("", "overlays/client/codex/", f"overlays/machine/{MACHINE}/", f"overlays/machine/{MACHINE}/client/codex/")
SCOPES = {"user": ("", ".codex/config.toml"), "project": ("projects/shop/", "src/shop/.codex/config.toml")}


@pytest.fixture
def world() -> World:
    """Four clients, and a project of codex and claude."""
    made = adopted()
    made.write("src/shop/.mcp.json", '{"mcpServers": {}}')
    for client in ("codex", "claude"):
        projects.add(made.engine, client, f"{HOME}/src/shop", None)
    made.sync()
    return made


def changed(world: World, before: dict[str, str]) -> list[str]:
    now = world.main()
    return sorted(path for path in {**before, **now} if before.get(path) != now.get(path))


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("layer", OVERLAYS)
def test_a_value_goes_back_to_the_layer_that_it_came_from(world: World, scope: str, layer: str) -> None:
    tree, path = SCOPES[scope]
    base = "command: example-mcp-server\nenv:\n  OTHER: one\n"
    world.commit({f"{tree}mcp/one.yaml": base + ("  MODE: old\n" if not layer else "")})
    if layer:
        world.commit({f"{tree}{layer}mcp/one.yaml": "env:\n  MODE: old  # why\n"})
    world.sync()
    before = world.main()
    world.edit(path, Set(("mcp_servers", "one", "env", "MODE"), "new"))
    world.sync()
    assert changed(world, before) == [f"{tree}{layer}mcp/one.yaml"]
    assert "MODE: new" in world.main()[f"{tree}{layer}mcp/one.yaml"]
    assert ("# why" in world.main()[f"{tree}{layer}mcp/one.yaml"]) == bool(layer)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_new_server_with_a_path_of_this_machine_goes_to_its_overlay_in_its_scope(world: World, scope: str) -> None:
    tree, path = SCOPES[scope]
    before = world.main()
    world.edit(path, Set(("mcp_servers", "local"), {"command": "/opt/tools/server"}))
    world.sync()
    assert changed(world, before) == [f"{tree}overlays/machine/{MACHINE}/mcp/local.yaml"]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_new_server_goes_where_new_entities_says_in_its_scope(world: World, scope: str) -> None:
    tree, path = SCOPES[scope]
    world.set_settings("new_entities:\n  mcp: client\n")
    world.sync()
    before = world.main()
    world.edit(path, Set(("mcp_servers", "mine"), {"command": "example-mcp-server"}))
    world.sync()
    assert changed(world, before) == [f"{tree}overlays/client/codex/mcp/mine.yaml"]
