"""An entity that crosses from a project to the user's scope, or back, is for each machine and client what it was there."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconciler.mapping.crossing import crossed, why_not
from reconciler.mapping.layers import BASE, Layer, effective
from reconciler.model.fields import Fields
from reconciler.model.names import EntityId
from tests.property.test_layer_laws import SHOP, in_shop
from tests.property.test_layers import ENTRIES, NAMED, Files, read, repositories
from tests.property.test_moving import VIEWS

KNOWN = (*NAMED, *ENTRIES)


def views(files: Files, base: Layer) -> dict[tuple[str, str], dict[EntityId, Fields]]:
    repository = read(files)
    return {view: effective(repository, *view, base) for view in VIEWS}


def after(files: Files, entity: EntityId, source: Layer, to: Layer) -> Files:
    new = {**files, **crossed(read(files), entity, source, to)}
    return {path: data for path, data in new.items() if data is not None}


@settings(max_examples=40, deadline=None)
@given(files=repositories(), is_from_project=st.booleans(), data=st.data())
def test_who_had_it_there_has_the_same_here_and_nobody_there_any_more(files: Files, is_from_project: bool, data: st.DataObject) -> None:
    source, to = (SHOP, BASE) if is_from_project else (BASE, SHOP)
    files = in_shop(files) if is_from_project else files
    able = [entity for entity in KNOWN if not why_not(read(files), entity, source, to)]
    assume(able)
    entity = data.draw(st.sampled_from(able))
    new = after(files, entity, source, to)
    before, here, there = views(files, source), views(new, to), views(new, source)
    for view in VIEWS:
        assert here[view] == {e: f for e, f in before[view].items() if e == entity}
        assert there[view] == {e: f for e, f in before[view].items() if e != entity}
    assert views(after(new, entity, to, source), source) == before


@settings(max_examples=40, deadline=None)
@given(files=repositories(), entity=st.sampled_from(KNOWN))
def test_nothing_crosses_onto_another_of_its_name(files: Files, entity: EntityId) -> None:
    both = read({**files, **in_shop(files)})
    assert why_not(both, entity, BASE, SHOP)
    assert why_not(both, entity, SHOP, BASE)
