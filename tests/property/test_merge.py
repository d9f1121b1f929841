"""What is true of every merge. A merge in which one side always wins breaks several of these."""

from __future__ import annotations

from itertools import permutations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconciler.merge.config import merge_config
from reconciler.merge.entity import WHOLE, merge_entity, resolved
from reconciler.merge.leaves import ABSENT_MEANS_ALL, same, same_fields
from reconciler.merge.semantics import settled_tools
from reconciler.model.fields import Fields, Path, flat, leaf_kind, nested
from reconciler.model.names import MCP, RULES, TOOLS, EntityId, entity_id, kind_of
from reconciler.model.results import Conflict, Resolution

thorough = settings(max_examples=1000, deadline=None)

SERVER, RULE = entity_id(MCP, "github"), entity_id(RULES, "style")
ATOMS: dict[str, list[Path]] = {
    MCP: [("command",), ("args",), ("enabled",), ("env", "A"), ("env", "B"), ("extra", "x"), ("extra", "x", "y"), ("extra", "x", "z")],
    RULES: [("description",), ("globs",), ("extra", "qwen", "a")],
}
SETS: dict[str, list[Path]] = {MCP: [("tools", "denied"), ("tools", "allowed")], RULES: [("clients",)]}

# A world is spelled by bytes, one for each field of each version: drawing them is what the examples cost.
ATOM_VALUES = ["one", "two", True, False, 1, 0, ["a", "b"], ["b", "a"]]
SET_VALUES = [["a"], ["b"], ["a", "b"], ["b", "c"], ["a", "b", "c", "d"]]
BODIES = ["# A\none\n", "# A\ntwo\n", "# A\none\n\n# B\ntext\n", "# A\ntwo\n# B\ntext", "# B\ntext\n", "", "# B\nmore\n## C\none\n# A\none"]
VALUES = {"atom": ATOM_VALUES, "set": SET_VALUES, "text": BODIES}


def paths(kind: str) -> list[Path]:
    return ATOMS[kind] + SETS[kind] + ([("body",)] if kind == RULES else [])


def value(kind: str, path: Path, byte: int) -> object:
    choices = VALUES[leaf_kind(kind, path)]
    return choices[byte % len(choices)]


def without_clashes(fields: dict) -> Fields:
    """``extra.x`` is a leaf or a map in one version, never both."""
    return {path: leaf for path, leaf in fields.items() if not any(path[:n] in fields for n in range(1, len(path)))}


def full(kind: str, spelled: bytes) -> Fields:
    """About half of the fields are there."""
    return without_clashes({p: value(kind, p, byte) for p, byte in zip(paths(kind), spelled, strict=False) if byte % 2})


def edited(kind: str, fields: Fields, spelled: bytes) -> Fields:
    """Two fields of three are as they were, the others are gone or have a value."""
    changes = {p: value(kind, p, byte) if byte % 2 else None for p, byte in zip(paths(kind), spelled, strict=False) if byte % 3 == 0}
    return without_clashes({p: leaf for p, leaf in {**fields, **changes}.items() if leaf is not None})


def versions(sides: int = 2, may_be_absent: bool = True) -> st.SearchStrategy:
    """An entity, its base, and the base as several writers changed it."""
    size = 12
    return st.binary(min_size=(sides + 2) * size, max_size=(sides + 2) * size).map(lambda drawn: world(drawn, size, sides, may_be_absent))


def world(drawn: bytes, size: int, sides: int, may_be_absent: bool) -> tuple:
    kind = RULES if drawn[0] % 2 else MCP
    parts = [drawn[n * size : (n + 1) * size] for n in range(1, sides + 2)]
    base = full(kind, parts[0])
    written = [None if may_be_absent and drawn[n + 2] % 16 == 1 else edited(kind, base, part) for n, part in enumerate(parts[1:])]
    return (RULE if kind == RULES else SERVER, None if may_be_absent and drawn[1] % 8 == 1 else base, *written)


def changed(before: Fields, after: Fields) -> list[Path]:
    return [p for p in {**before, **after} if not same(before.get(p), after.get(p))]


def mirrored(conflicts: tuple[Conflict, ...]) -> tuple[Conflict, ...]:
    return tuple(Conflict(c.entity, c.path, c.base, c.central, c.local) for c in conflicts)


def clean(entity: EntityId, base: Fields | None, local: Fields | None, central: Fields | None) -> Fields | None:
    merged = merge_entity(entity, base, local, central)
    assume(not merged.conflicts)
    return merged.fields


@thorough
@given(versions(sides=0))
def test_nothing_changed_gives_the_same(world):
    entity, base = world
    assert merge_entity(entity, base, base, base).fields == base


@thorough
@given(versions(sides=1))
def test_one_side_changed_gives_that_side(world):
    entity, base, side = world
    for merged in (merge_entity(entity, base, side, base), merge_entity(entity, base, base, side)):
        assert same_fields(merged.fields, side)
        assert not merged.conflicts


@thorough
@given(versions(sides=1))
def test_the_same_change_on_both_sides_is_no_conflict(world):
    entity, base, side = world
    merged = merge_entity(entity, base, side, dict(side) if side is not None else None)
    assert same_fields(merged.fields, side)
    assert not merged.conflicts


@thorough
@given(versions())
def test_swapping_the_sides_gives_the_same_value_and_mirrored_conflicts(world):
    entity, base, local, central = world
    one, other = merge_entity(entity, base, local, central), merge_entity(entity, base, central, local)
    assert mirrored(one.conflicts) == other.conflicts
    assert one.conflicts or same_fields(one.fields, other.fields)


@thorough
@given(versions())
def test_merging_the_result_again_changes_nothing(world):
    entity, base, local, central = world
    merged = clean(entity, base, local, central)
    for side in (local, central):
        again = merge_entity(entity, side, merged, side)
        assert same_fields(again.fields, merged)
        assert not again.conflicts
        late = merge_entity(entity, base, merged, side)
        assert late.conflicts or same_fields(late.fields, merged)


@thorough
@given(versions())
def test_every_change_of_either_side_is_in_the_result_or_under_a_conflict(world):
    entity, base, local, central = world
    merged = merge_entity(entity, base, local, central)
    for side in (local, central):
        for path in changed(base or {}, side or {}):
            if not is_under(path, merged.conflicts):
                assert is_in(kind_of(entity), path, base or {}, side or {}, merged.fields or {})


def is_under(path: Path, conflicts: tuple[Conflict, ...]) -> bool:
    return any(path[: len(c.path)] == c.path for c in conflicts)


def is_in(kind: str, path: Path, base: Fields, side: Fields, result: Fields) -> bool:
    if leaf_kind(kind, path) == "set":
        was, now, got = (set(version.get(path, ())) for version in (base, side, result))
        return now - was <= got and not (was - now) & got
    if leaf_kind(kind, path) == "text":
        was, now, got = (set(str(version.get(path, "")).split("\n")) for version in (base, side, result))
        return now - was <= got
    return same(result.get(path), side.get(path))


@thorough
@given(versions(may_be_absent=False))
def test_what_nobody_changed_stays(world):
    entity, base, local, central = world
    merged = merge_entity(entity, base, local, central)
    for path in base:
        if base[path] == local.get(path) == central.get(path) and not is_under(path, merged.conflicts):
            assert merged.fields[path] == base[path]


@thorough
@given(versions(sides=3))
def test_three_writers_agree_in_every_order(world):
    entity, base, *writers = world
    results = []
    for one, two, three in permutations(writers):
        results.append(clean(entity, base, clean(entity, base, one, two), three))
    assert all(same_fields(result, results[0]) for result in results)


@thorough
@given(versions(may_be_absent=False), st.sets(st.integers(0, 30)))
def test_changes_of_different_fields_never_conflict(world, for_local):
    entity, base, wanted, _ = world
    split = changed(base, wanted)
    assume(not any(a != b and a == b[: len(a)] for a in [*base, *wanted] for b in [*base, *wanted]))
    local, central = dict(base), dict(base)
    for number, path in enumerate(split):
        side = local if number in for_local else central
        side.pop(path, None)
        if path in wanted:
            side[path] = wanted[path]
    merged = merge_entity(entity, base, local, central)
    assert not merged.conflicts
    assert same_fields(merged.fields, wanted)


@thorough
@given(versions(), st.data())
def test_resolving_every_conflict_leaves_none(world, data):
    entity, base, local, central = world
    merged = merge_entity(entity, base, local, central)
    chosen = {c.path: data.draw(st.sampled_from(["local", "central", "base"])) for c in merged.conflicts}
    resolutions = {c.path: Resolution(getattr(c, chosen[c.path]), chosen[c.path], "person") for c in merged.conflicts}
    result = resolved(entity, base, local, central, resolutions)
    for conflict in merged.conflicts:
        assert value_at(result, conflict.path) == getattr(conflict, chosen[conflict.path])
    assert not merge_entity(entity, central, result, central).conflicts


def value_at(fields: Fields | None, path: Path):
    """The nested value at a path."""
    if path == WHOLE:
        return None if fields is None else nested(fields)
    found = nested(fields or {})
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


@thorough
@given(versions())
def test_a_result_is_always_a_well_formed_entity(world):
    entity, base, local, central = world
    merged = merge_entity(entity, base, local, central)
    if merged.fields is not None:
        assert flat(kind_of(entity), nested(merged.fields)) == merged.fields


lists = st.sets(st.sampled_from("abc")).map(sorted)


@thorough
@given(lists, lists, lists)
def test_a_list_that_restricts_never_ends_empty_and_so_open(was, here, there):
    for kind, path in ABSENT_MEANS_ALL:
        sides = [{("description",): "x", **({path: side} if side else {})} for side in (was, here, there)]
        merged = merge_entity(entity_id(kind, "x"), *sides)
        if here and there and not merged.conflicts:
            assert merged.fields[path]
            assert set(merged.fields[path]) <= {*here, *there}


# ---------------------------------------------------------------- whole configurations

tool_ids = [entity_id(TOOLS, f"{word} shell:{command}") for word in ("allow", "ask", "deny") for command in ("ls", "rm -rf")]
tool_configs = st.sets(st.sampled_from(tool_ids)).map(lambda ids: {entity: {("entry",): True} for entity in ids})


@thorough
@given(tool_configs, tool_configs, tool_configs)
def test_a_deny_is_never_lost(base, local, central):
    merged = merge_config(base, local, central)
    config, notes = settled_tools(merged.config, base, local, central)
    assert not merged.conflicts
    for entity in {*local, *central}:
        if "deny" in entity and not (entity in base and (entity not in local or entity not in central)):
            assert entity in config
    assert not any("deny " in note.entity for note in notes)


@thorough
@given(tool_configs, tool_configs, tool_configs)
def test_no_merge_puts_an_allow_beside_a_deny_that_nobody_held_beside_it(base, local, central):
    config, notes = settled_tools(merge_config(base, local, central).config, base, local, central)
    for command in ("ls", "rm -rf"):
        pair = {entity_id(TOOLS, f"allow shell:{command}"), entity_id(TOOLS, f"deny shell:{command}")}
        if pair <= config.keys():
            assert any(pair <= one.keys() for one in (base, local, central))
    assert all(note.by in config and note.entity not in config for note in notes)


@thorough
@given(st.data())
def test_entities_that_only_one_side_touched_never_conflict(data):
    base = {entity_id(MCP, name): {("command",): name} for name in "abcd"}
    local, central = dict(base), dict(base)
    for name in "abcdef":
        side = data.draw(st.sampled_from([local, central]))
        side.pop(entity_id(MCP, name), None)
        if data.draw(st.booleans()):
            side[entity_id(MCP, name)] = {("command",): "new"}
    merged = merge_config(base, local, central)
    assert not merged.conflicts
    assert merged.config == merge_config(base, central, local).config
