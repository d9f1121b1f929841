from __future__ import annotations

from reconciler.mapping.layers import PieceCache, read_repository
from reconciler.model.names import EntityId


def edited(number: int) -> dict[str, bytes]:
    return {"mcp/one.yaml": f"command: example-{number}\n".encode(), "mcp/two.yaml": b"command: example\n"}


def test_what_was_read_once_does_not_pile_up() -> None:
    cache = PieceCache()
    for number in range(3_000):
        read_repository(edited(number), cache)
    assert len(cache.pieces) < 1_100


def test_what_is_still_there_is_not_read_again() -> None:
    cache = PieceCache()
    first = read_repository(edited(0), cache).layers
    for number in range(3_000):
        last = read_repository(edited(number), cache).layers
    (layer,) = first
    two = EntityId("mcp/two")
    assert last[layer][two][0] is first[layer][two][0]
