"""Laws of layers: which of them wins, that laying is associative, and that a project's tree obeys the same as the user's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.mapping.layers import (
    BASE,
    Layer,
    Piece,
    Repository,
    base_of,
    chain,
    effective,
    laid,
    local_layer,
    path_of,
    place_of,
    project_layer,
    within,
)
from reconciler.mapping.lowering import lowered, usual_placement
from reconciler.model.fields import Path, nested
from reconciler.model.names import TOOLS, EntityId, kind_of
from tests.property.test_layers import CLIENT, MACHINE, Files, changed, put_entry, read, repositories, text_of, tool_text

SHOP = project_layer("shop")
LOCAL = local_layer("shop", MACHINE, CLIENT)
CHAIN = chain(MACHINE, CLIENT)


def pieces_of(repository: Repository, entity: EntityId, layers: tuple[Layer, ...] = CHAIN) -> list[Piece]:
    return [piece for layer in layers for piece in repository.layers.get(layer, {}).get(entity, ())]


def entities(repository: Repository) -> set[EntityId]:
    return {e for layer in CHAIN for e in repository.layers.get(layer, {})}


def in_shop(files: Files) -> Files:
    """The same files as the tree of a project."""
    return {f"{SHOP}/{path}": data for path, data in files.items() if "/" in path}


def speaks_of(piece: Piece, path: Path) -> bool:
    """True for a layer that says the key, or takes it away."""
    return piece.is_absent or path in piece.fields or any(path[: len(null)] == null for null in piece.nulls)


# ---------------------------------------------------------------- order


@settings(max_examples=40, deadline=None)
@given(files=repositories())
def test_a_value_comes_from_the_last_layer_that_speaks_of_its_key(files: Files) -> None:
    repository = read(files)
    for entity in entities(repository):
        pieces = pieces_of(repository, entity)
        for path, value in laid(pieces).items():
            last = [piece for piece in pieces if speaks_of(piece, path)][-1]
            assert last.fields[path] == value


@settings(max_examples=40, deadline=None)
@given(files=repositories())
def test_what_the_last_layer_says_stands_and_what_it_takes_away_does_not(files: Files) -> None:
    repository = read(files)
    for entity in entities(repository):
        *_, top = pieces = pieces_of(repository, entity)
        shown = laid(pieces)
        if top.is_absent:
            assert shown == {}
        else:
            assert {path: shown.get(path) for path in top.fields} == dict(top.fields)
            assert not [path for path in shown if path not in top.fields and speaks_of(top, path)]


@settings(max_examples=40, deadline=None)
@given(files=repositories(), twice=st.sampled_from(CHAIN))
def test_a_layer_laid_twice_is_laid_once(files: Files, twice: Layer) -> None:
    repository = read(files)
    for entity in entities(repository):
        again = tuple(layer for one in CHAIN for layer in ((one, one) if one == twice else (one,)))
        assert laid(pieces_of(repository, entity, again)) == laid(pieces_of(repository, entity))


# ---------------------------------------------------------------- associativity


@settings(max_examples=40, deadline=None)
@given(files=repositories(), count=st.integers(2, len(CHAIN)))
def test_lower_layers_written_down_as_one_show_the_same(files: Files, count: int) -> None:
    """Base and overlays may be laid in any grouping from below: what they add up to is itself a base."""
    before = read(files)
    assert effective(read(grouped(files, before, CHAIN[:count])), MACHINE, CLIENT) == effective(before, MACHINE, CLIENT)


def grouped(files: Files, repository: Repository, layers: tuple[Layer, ...]) -> Files:
    """The files with some layers, from the base up, as the base alone."""
    out = {path: data for path, data in files.items() if not any(_is_in(path, layer) for layer in layers)}
    tools: dict[str, Any] = {}
    for entity in sorted(entities(repository)):
        pieces = pieces_of(repository, entity, layers)
        if kind_of(entity) == TOOLS and pieces and not pieces[-1].is_absent:
            put_entry(tools, entity, is_absent=False)
        elif kind_of(entity) != TOOLS and (fields := laid(pieces)):
            out[path_of(CHAIN[0], entity)] = text_of(entity, nested(fields), has_comments=False)
    return out | ({"tools/default.yaml": tool_text(tools)} if tools else {})


def _is_in(path: str, layer: Layer) -> bool:
    rest = path.removeprefix(f"{layer}/") if layer else path
    return "/" in path and rest.count("/") == 1 and (not layer or rest != path)


# ---------------------------------------------------------------- a project's tree


@settings(max_examples=40, deadline=None)
@given(files=repositories())
def test_a_project_s_tree_is_laid_as_the_user_s_and_neither_sees_the_other(files: Files) -> None:
    both = read({**files, **in_shop(files)})
    user = effective(read(files), MACHINE, CLIENT)
    assert effective(both, MACHINE, CLIENT) == user
    assert effective(both, MACHINE, CLIENT, SHOP) == user
    assert effective(read(files), MACHINE, CLIENT, SHOP) == {}


@settings(max_examples=40, deadline=None)
@given(files=repositories(), data=st.data())
def test_an_edit_in_a_project_goes_where_it_would_in_the_user_s_tree_and_nowhere_else(files: Files, data: st.DataObject) -> None:
    """So a value goes back to the layer that it came from there too."""
    before = effective(read(files), MACHINE, CLIENT)
    after = data.draw(changed(before))
    place = usual_placement(MACHINE, {}, {}, after)
    here = lowered(read(files), MACHINE, CLIENT, before, after, place)
    there = lowered(read({**files, **in_shop(files)}), MACHINE, CLIENT, before, after, lambda e: within(SHOP, place(e)), base=SHOP)
    assert there == {f"{SHOP}/{path}": text for path, text in here.items()}


# ---------------------------------------------------------------- what a client keeps for one folder


def in_local(files: Files) -> Files:
    """The files of the base as what the client keeps on the machine for the project's folder alone."""
    return {f"{LOCAL}/{path}": data for path, data in files.items() if place_of(path) and base_of(place_of(path)[0]) == BASE == place_of(path)[0]}  # type: ignore[index]


def test_its_tree_has_one_layer_and_names_machine_and_client() -> None:
    assert chain(MACHINE, CLIENT, LOCAL) == (LOCAL,)
    assert place_of(f"{LOCAL}/mcp/mine.yaml") == (LOCAL, "mcp/mine")
    assert (base_of(LOCAL), base_of(Layer(f"{SHOP}/overlays/machine/local/client/{CLIENT}"))) == (LOCAL, SHOP)


@pytest.mark.parametrize("layer", [f"{LOCAL}/overlays/client/codex", f"overlays/machine/{MACHINE}/local/{CLIENT}", f"{SHOP}/overlays/machine/{MACHINE}/local", f"{SHOP}/overlays/client/local/{CLIENT}"])
def test_nothing_lies_over_it_and_it_is_nowhere_else(layer: str) -> None:
    assert place_of(f"{layer}/mcp/mine.yaml") is None


@settings(max_examples=40, deadline=None)
@given(files=repositories())
def test_no_other_target_sees_it_and_it_sees_no_other_tree(files: Files) -> None:
    around = {**files, **in_shop(files)}
    both = read({**around, **in_local(files)})
    for base, before in ((BASE, read(around)), (SHOP, read(around))):
        for client in (CLIENT, "codex"):
            assert effective(both, MACHINE, client, base) == effective(before, MACHINE, client, base)
    assert effective(both, MACHINE, CLIENT, LOCAL) == effective(read(in_local(files)), MACHINE, CLIENT, LOCAL)
    for machine, client in ((MACHINE, "codex"), ("other", CLIENT)):
        assert effective(both, machine, client, local_layer("shop", machine, client)) == {}


@settings(max_examples=40, deadline=None)
@given(files=repositories(), data=st.data())
def test_an_edit_of_it_changes_its_tree_alone_and_is_there_again(files: Files, data: st.DataObject) -> None:
    whole = {**files, **in_shop(files), **in_local(files)}
    before = effective(read(whole), MACHINE, CLIENT, LOCAL)
    after = data.draw(changed(before))
    out = lowered(read(whole), MACHINE, CLIENT, before, after, lambda _: LOCAL, base=LOCAL)
    assert all(path.startswith(f"{LOCAL}/") for path in out)
    new = {path: text for path, text in {**whole, **out}.items() if text is not None}
    assert effective(read(new), MACHINE, CLIENT, LOCAL) == after
