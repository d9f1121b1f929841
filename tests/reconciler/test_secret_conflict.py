"""Two clients with different values of one secret: neither value may be lost before a person has decided."""

from __future__ import annotations

import json

from reconciler.reconcile import conflicts
from tests.fakes.world import World


def _home() -> dict[str, bytes]:
    def servers(value: str) -> bytes:
        return json.dumps({"mcpServers": {"s": {"command": "example", "env": {"API_TOKEN": value}}}}, indent=2).encode()

    return {".claude.json": servers("fake-one"), ".qwen/settings.json": servers("fake-two")}


def test_a_secret_in_conflict_is_kept_in_each_client_over_later_passes() -> None:
    world = World(_home(), prefer=None)
    world.adopt()
    for _ in range(3):
        world.clock.advance(45)
        world.sync()
    values = [world.servers(client)["s"]["env"]["API_TOKEN"] for client in ("claude", "qwen")]
    assert (values, len(conflicts.waiting(world.engine()))) == (["fake-one", "fake-two"], 1)
