"""Moving an entity between layers: who sees both keeps what it had, who has a version of its own too."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconciler.mapping.layers import BASE, Layer, chain, client_layer, machine_layer, path_of
from reconciler.mapping.moving import holds, moved, pieces_of, view_of
from reconciler.model.fields import Fields, nested
from reconciler.model.names import MCP, TOOLS, EntityId, entity_id, kind_of
from tests.property.test_layers import ENTRIES, LAYERS, NAMED, Files, full, named_files, put_entry, read, repositories, text_of

VIEWS = tuple((machine, client) for machine in ("laptop-1", "other") for client in ("claude", "codex", "qwen"))
TO = (BASE, client_layer("claude"), machine_layer("laptop-1"), Layer("overlays/machine/laptop-1/client/claude"))


def views(files: Files, entity: EntityId) -> dict[tuple[str, str], Fields | None]:
    repository = read(files)
    return {view: view_of(repository, entity, view) for view in VIEWS}


def after(files: Files, entity: EntityId, source: Layer, to: Layer) -> Files:
    new = {**files, **moved(read(files), entity, source, to, VIEWS)}
    return {path: data for path, data in new.items() if data is not None}


def is_own(files: Files, entity: EntityId, layer: Layer) -> bool:
    return holds(read(files), layer, entity)


@st.composite
def moves(draw: st.DrawFn) -> tuple[Files, EntityId, Layer, Layer]:
    """A repository, an entity, a layer that has it whole, and another layer."""
    entity = draw(st.sampled_from([*NAMED, *ENTRIES]))
    files = draw(repositories()) | (draw(named_files(entity)) if kind_of(entity) != TOOLS else {})
    held = [layer for layer in TO if is_own(files, entity, layer)]
    source = draw(st.sampled_from(held or TO))
    if not held:
        files[path_of(source, entity)] = draw(whole_file(entity))
        assume(is_own(files, entity, source))
    return files, entity, source, draw(st.sampled_from([layer for layer in TO if layer != source]))


@st.composite
def whole_file(draw: st.DrawFn, entity: EntityId) -> bytes:
    if kind_of(entity) != TOOLS:
        return text_of(entity, nested(full(draw, entity)), draw(st.booleans()))
    value: dict[str, object] = {}
    put_entry(value, entity, is_absent=False)
    return yaml.dump(value, sort_keys=False).encode()


def everybody_has_what_the_move_says(move: tuple[Files, EntityId, Layer, Layer]) -> None:
    files, entity, source, to = move
    new = after(files, entity, source, to)
    before, now = views(files, entity), views(new, entity)
    for view in VIEWS:
        layers = chain(*view)
        own = any(is_own(files, entity, layer) for layer in layers if layer not in (BASE, source, to))
        sees_both = source in layers and to in layers
        if before[view] is not None and (sees_both or (own and (source == BASE or not is_own(files, entity, BASE)))):
            assert now[view] == before[view]
        elif source in layers and to not in layers and not any(is_own(files, entity, layer) for layer in layers if layer != source):
            assert now[view] is None
    if not any(pieces_of(read(files), layer, entity) for layer in read(files).layers if layer not in (source, to)):
        assert pieces_of(read(new), source, entity) == ()
    assert is_own(new, entity, to)


@settings(max_examples=50, deadline=None)
@given(move=moves())
def test_everybody_has_what_the_move_says(move: tuple[Files, EntityId, Layer, Layer]) -> None:
    everybody_has_what_the_move_says(move)


@pytest.mark.long
@settings(max_examples=3000, deadline=None)
@given(move=moves())
def test_everybody_has_what_the_move_says_with_many_examples(move: tuple[Files, EntityId, Layer, Layer]) -> None:
    everybody_has_what_the_move_says(move)


def test_a_layer_that_shows_another_version_than_the_moved_one_has_that_version_whole() -> None:
    files = {
        "reconciler.yaml": b"schema: 1\n",
        "mcp/docs.yaml": b"command: plain\n",
        "overlays/client/claude/mcp/docs.yaml": b"absent: true\n",
        "overlays/machine/laptop-1/mcp/docs.yaml": b"url: plain\n",
    }
    everybody_has_what_the_move_says((files, entity_id(MCP, "docs"), BASE, TO[-1]))


@settings(max_examples=40, deadline=None)
@given(move=moves())
def test_there_and_back_leaves_nothing_where_nobody_else_says_anything(move: tuple[Files, EntityId, Layer, Layer]) -> None:
    there_and_back_leaves_nothing(move)


def there_and_back_leaves_nothing(move: tuple[Files, EntityId, Layer, Layer]) -> None:
    files, entity, source, to = move
    assume(not any(pieces_of(read(files), layer, entity) for layer in LAYERS if layer != source))
    assert views(after(after(files, entity, source, to), entity, to, source), entity) == views(files, entity)


@pytest.mark.long
@settings(max_examples=1000, deadline=None)
@given(move=moves())
def test_there_and_back_leaves_nothing_with_many_examples(move: tuple[Files, EntityId, Layer, Layer]) -> None:
    there_and_back_leaves_nothing(move)


@settings(max_examples=40, deadline=None)
@given(move=moves())
def test_other_entities_are_not_touched(move: tuple[Files, EntityId, Layer, Layer]) -> None:
    files, entity, source, to = move
    new = after(files, entity, source, to)
    for other in (*NAMED, *ENTRIES):
        if other != entity:
            assert views(new, other) == views(files, other)
    if kind_of(entity) != TOOLS:
        assert {p for p in files if "/tools/" in f"/{p}"} == {p for p in new if "/tools/" in f"/{p}"}
