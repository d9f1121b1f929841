"""Servers that were read before are read just as if they never were, whatever their entry became meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from reconciler.adapters.claude import CLAUDE
from reconciler.adapters.qwen import QWEN
from reconciler.mapping.adapter import parse
from reconciler.mapping.documents import FileSpec
from reconciler.mapping.servers import ServerMap
from reconciler.model.fields import are_same
from reconciler.model.names import EntityId, RelPath

ADAPTERS = {"claude": (CLAUDE, ".claude.json"), "qwen": (QWEN, ".qwen/settings.json")}
LEAVES = st.sampled_from([True, 1, 1.0, "1", "", None, [], ["a", "b"], {"K": "v"}, {"K": "${HOME}", "L": "x"}, "https://example.com", "npx"])
ENTRIES = st.dictionaries(st.sampled_from(["command", "args", "url", "httpUrl", "type", "env", "headers", "timeout", "other"]), LEAVES, max_size=5)
LOOKS = st.lists(st.dictionaries(st.sampled_from("ab"), ENTRIES), min_size=2, max_size=4)


def servers(client: str) -> ServerMap:
    return next(s for s in ADAPTERS[client][0].sections if isinstance(s, ServerMap))


def seen(client: str, entries: Mapping[str, Any]) -> Any:
    adapter, path = ADAPTERS[client][0], RelPath(ADAPTERS[client][1])
    places = {s.key: s.path for s in adapter.specs if isinstance(s, FileSpec)}
    return parse(adapter, {path: json.dumps({"mcpServers": entries}).encode()}, places, set())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(list(ADAPTERS)), LOOKS)
def test_reading_again_says_what_reading_anew_says(client: str, looks: list[dict[str, Any]]) -> None:
    again = [seen(client, entries) for entries in looks]
    for entries, found in zip(looks, again, strict=True):
        servers(client).entries.clear()
        anew = seen(client, entries)
        event(f"{len(anew.reading.config)} servers")
        assert found.problems == anew.problems
        assert found.reading.unreadable == anew.reading.unreadable
        assert found.reading.config.keys() == anew.reading.config.keys()
        assert all(are_same(f, anew.reading.config[e]) for e, f in found.reading.config.items())


def test_an_entry_that_says_the_same_is_not_read_again() -> None:
    entries = {"a": {"command": "npx", "env": {"K": "${HOME}"}}}
    one, other = (seen("claude", entries).reading.config[EntityId("mcp/a")] for _ in range(2))
    assert one is other
