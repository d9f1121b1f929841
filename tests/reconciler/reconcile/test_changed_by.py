"""Who changed an entity last, by the files of the target's own scope."""

from __future__ import annotations

import pytest

from reconciler.reconcile import projects
from reconciler.reconcile.changed_by import last_changed
from tests.fakes.engine import HOME, World, adopted


@pytest.mark.parametrize(("scope", "path"), [("user", "mcp/one.yaml"), ("project:shop", "projects/shop/mcp/one.yaml")])
def test_it_is_the_last_commit_to_the_scopes_own_file_of_that_name(scope: str, path: str) -> None:
    world: World = adopted()
    world.write("src/shop/.mcp.json", '{"mcpServers": {}}')
    projects.add(world.engine, "claude", f"{HOME}/src/shop", None)
    for name in ("mcp/one.yaml", "projects/shop/mcp/one.yaml"):
        world.commit({name: "command: example-mcp-server\n"})
    last = world.commit({path: "command: example-other-server\n"})
    other = world.commit({("projects/shop/mcp/one.yaml" if scope == "user" else "mcp/one.yaml"): "command: example-third-server\n"})
    target = next(t for t in world.engine.targets() if t.client == "claude" and t.scope == scope)
    assert last_changed(world.engine, target, "mcp/one", is_local=False)["revision"] == last != other
