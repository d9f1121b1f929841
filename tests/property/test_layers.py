"""Layers and back: what a target gets from random repositories, and where a changed value is put."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.mapping.layers import (
    BASE,
    Layer,
    PieceCache,
    Repository,
    chain,
    client_layer,
    effective,
    machine_layer,
    path_of,
    read_repository,
)
from reconciler.mapping.lowering import lowered, usual_placement
from reconciler.model.fields import Config, Fields, Path, nested
from reconciler.model.names import MCP, RULES, TOOLS, EntityId, entity_id, kind_of, name_of
from reconciler.model.tool_entry import Raw, Shell, Web, entry_form, tool_entity, tool_of_entity
from tests.property.unified import rules, servers

MACHINE, CLIENT = "laptop-1", "claude"
LAYERS = (*chain(MACHINE, CLIENT), client_layer("codex"), machine_layer("other"), Layer("overlays/machine/other/client/codex"))
NAMED = (entity_id(MCP, "docs"), entity_id(MCP, "a b"), entity_id(MCP, ".über/x"), entity_id(RULES, "style"), entity_id(RULES, "claude-memory"))
ENTRIES = (
    tool_entity("allow", Shell(("git", "log"))),
    tool_entity("deny", Shell(("git", "log"))),
    tool_entity("ask", Web("h")),
    tool_entity("allow", Raw("claude", "WebSearch")),
    tool_entity("deny", Raw("claude", "WebSearch")),
)
Files = dict[str, bytes]


# ---------------------------------------------------------------- random repositories


class Unshared(yaml.SafeDumper):
    """Writes a value that stands in two places twice, as people do: aliases are refused in our files."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def full(draw: st.DrawFn, entity: EntityId) -> Fields:
    return draw(servers() if kind_of(entity) == MCP else rules())


@st.composite
def named_files(draw: st.DrawFn, entity: EntityId) -> Files:
    """One entity in some layers: whole, in part, with keys taken away, or absent."""
    out: Files = {}
    whole = full(draw, entity)
    for layer in draw(st.lists(st.sampled_from(LAYERS), max_size=4, unique=True)):
        how = draw(st.sampled_from(["whole", "part", "part", "nulls", "absent"])) if layer != BASE else "whole"
        other = whole if how == "whole" else full(draw, entity)
        kept = {p: v for p, v in other.items() if how == "whole" or draw(st.booleans())}
        value: dict[str, Any] = {"absent": True} if how == "absent" else nested(kept)
        if kind_of(entity) == RULES and draw(st.integers(0, 5)) == 0:
            value["clients"] = draw(st.sampled_from([["codex"], ["claude", "qwen"]]))
        if how == "nulls":
            value |= dict.fromkeys(draw(st.sets(st.sampled_from(["env", "args", "description", "globs", "tools", "headers"]), max_size=2)))
        if value:
            out[path_of(layer, entity)] = text_of(entity, value, draw(st.booleans()))
    return out


def text_of(entity: EntityId, value: dict[str, Any], has_comments: bool) -> bytes:
    front = {k: v for k, v in value.items() if k != "body"}
    text = yaml.dump(front, Dumper=Unshared, allow_unicode=True, sort_keys=False) if front else ""
    if has_comments and front:
        text = "# above\n" + text + "# below\n"
    if kind_of(entity) == RULES:
        text = (f"---\n{text}---\n" if text else "") + value.get("body", "")
        text = text if front or not text.startswith("---") else "---\n---\n" + text
    return text.encode()


@st.composite
def tool_files(draw: st.DrawFn) -> Files:
    out: Files = {}
    for layer in draw(st.lists(st.sampled_from(LAYERS), max_size=3, unique=True)):
        for name in draw(st.sets(st.sampled_from(["default", "more"]), min_size=1)):
            value: dict[str, Any] = {}
            for entity in draw(st.lists(st.sampled_from(ENTRIES), max_size=3, unique=True)):
                put_entry(value, entity, is_absent=layer != BASE and draw(st.integers(0, 2)) == 0)
            if value:
                out[f"{layer}/tools/{name}.yaml".lstrip("/")] = tool_text(value)
    return out


def tool_text(value: dict[str, Any]) -> bytes:
    return yaml.dump(value, Dumper=Unshared, sort_keys=False).encode()


def put_entry(value: dict[str, Any], entity: EntityId, is_absent: bool) -> None:
    decision, entry = tool_of_entity(entity)
    if isinstance(entry, Raw):
        own = value.setdefault("extra", {}).setdefault(entry.client, {})
        (own.setdefault("absent", {}) if is_absent else own).setdefault(decision, []).append(entry.text)
    else:
        value.setdefault(decision, []).append(entry_form(entry) | ({"absent": True} if is_absent else {}))


@st.composite
def repositories(draw: st.DrawFn) -> Files:
    out: Files = {"reconciler.yaml": b"schema: 1\n", "README.md": b"# Read me\n"}
    for entity in draw(st.sets(st.sampled_from(NAMED), max_size=3)):
        out |= draw(named_files(entity))
    return out | draw(tool_files())


@st.composite
def changed(draw: st.DrawFn, before: Config) -> dict[EntityId, Fields]:
    """The config after some edits of a person in a client's file."""
    out = dict(before)
    for entity in draw(st.sets(st.sampled_from([*NAMED, *ENTRIES]), max_size=4)):
        how = draw(st.sampled_from(["drop", "edit", "new"]))
        if how == "drop":
            out.pop(entity, None)
        elif kind_of(entity) == TOOLS:
            out[entity] = {("entry",): True}
        elif how == "new" or entity not in out:
            out[entity] = full(draw, entity)
        else:
            out[entity] = draw(edited(entity, out[entity]))
    return out


@st.composite
def edited(draw: st.DrawFn, entity: EntityId, fields: Fields) -> Fields:
    fixed: set[Path] = {("transport",), ("command",), ("url",), ("body",)}
    drop = draw(st.sets(st.sampled_from(sorted(fields)), max_size=2)) - fixed
    out = {p: v for p, v in fields.items() if p not in drop}
    if kind_of(entity) == MCP:
        out[("env", draw(st.sampled_from(["X", "NEW"])))] = draw(st.sampled_from(["1", "true", "é # no", "${env:X}"]))
        if draw(st.booleans()):
            out[("args",)] = draw(st.sampled_from([["a", "b"], ["new"]]))
    else:
        out[("body",)] = draw(st.sampled_from(["# Title\n\nnew\n", "---\nnot front\n---\n", "x\n"]))
    return out


def read(files: Files) -> Repository:
    repository = read_repository(files, PieceCache())
    assert repository.problems == ()
    return repository


def after_lowering(files: Files, before: Config, after: Config) -> Files:
    placement = usual_placement(MACHINE, {}, {}, after)
    out: dict[str, bytes | None] = {**files, **lowered(read(files), MACHINE, CLIENT, before, after, placement)}
    return {path: data for path, data in out.items() if data is not None}


# ---------------------------------------------------------------- laws


def lowering_then_laying_gives_what_was_wanted(files: Files, data: st.DataObject) -> None:
    before = effective(read(files), MACHINE, CLIENT)
    after = data.draw(changed(before))
    new = after_lowering(files, before, after)
    assert effective(read(new), MACHINE, CLIENT) == after
    assert after_lowering(new, after, after) == new
    assert {p: new[p] for p in ("reconciler.yaml", "README.md")} == {p: files[p] for p in ("reconciler.yaml", "README.md")}


@settings(max_examples=80, deadline=None)
@given(files=repositories(), data=st.data())
def test_lowering_then_laying_gives_what_was_wanted(files: Files, data: st.DataObject) -> None:
    lowering_then_laying_gives_what_was_wanted(files, data)


@pytest.mark.long
@settings(max_examples=3000, deadline=None)
@given(files=repositories(), data=st.data())
def test_lowering_then_laying_gives_what_was_wanted_with_many_examples(files: Files, data: st.DataObject) -> None:
    lowering_then_laying_gives_what_was_wanted(files, data)


@settings(max_examples=80, deadline=None)
@given(files=repositories())
def test_what_did_not_change_changes_no_file(files: Files) -> None:
    before = effective(read(files), MACHINE, CLIENT)
    assert lowered(read(files), MACHINE, CLIENT, before, before, usual_placement(MACHINE, {}, {}, before)) == {}


@settings(max_examples=80, deadline=None)
@given(files=repositories(), data=st.data())
def test_a_changed_value_goes_back_to_the_layer_that_it_came_from(files: Files, data: st.DataObject) -> None:
    repository = read(files)
    before = effective(repository, MACHINE, CLIENT)
    servers_here = sorted(e for e in before if kind_of(e) == MCP and any(p[0] == "env" for p in before[e]))
    for entity in servers_here[:1]:
        path = data.draw(st.sampled_from(sorted(p for p in before[entity] if p[0] == "env")))
        top = [layer for layer in chain(MACHINE, CLIENT) for p in repository.layers.get(layer, {}).get(entity, ()) if path in p.fields][-1]
        after = {**before, entity: {**before[entity], path: "changed"}}
        out = lowered(repository, MACHINE, CLIENT, before, after, usual_placement(MACHINE, {}, {}, after))
        assert list(out) == [path_of(top, entity)]


@settings(max_examples=80, deadline=None)
@given(files=repositories(), data=st.data())
def test_other_machines_and_clients_keep_what_only_their_overlays_say(files: Files, data: st.DataObject) -> None:
    before = effective(read(files), MACHINE, CLIENT)
    after = data.draw(changed(before))
    kept = {e for e in after if e in before}
    new = after_lowering(files, before, after)
    foreign = {p for p in files if "/codex/" in p or "/other/" in p}
    for path in foreign & {path_of(layer, e) for layer in LAYERS for e in kept if kind_of(e) != TOOLS}:
        assert new.get(path) == files[path]


@settings(max_examples=80, deadline=None)
@given(files=repositories())
def test_the_later_layer_wins_and_order_of_files_does_not_count(files: Files) -> None:
    backwards = dict(reversed(list(files.items())))
    assert effective(read(files), MACHINE, CLIENT) == effective(read(backwards), MACHINE, CLIENT)


# ---------------------------------------------------------------- by example


def laid(files: dict[str, str], machine: str = MACHINE, client: str = CLIENT) -> dict[EntityId, Fields]:
    return effective(read({p: t.encode() for p, t in files.items()}), machine, client)


def lowered_texts(files: dict[str, str], after: Config, own: dict[EntityId, Layer] | None = None) -> dict[str, str | None]:
    placement = usual_placement(MACHINE, own or {}, {}, after)
    encoded = {p: t.encode() for p, t in files.items()}
    out = lowered(read(encoded), MACHINE, CLIENT, laid(files), after, placement)
    return {p: data.decode() if data is not None else None for p, data in out.items()}


def test_layers_lie_in_the_order_base_client_machine_machines_client() -> None:
    files = {path_of(layer, NAMED[0]): f"description: {i}\n" for i, layer in enumerate(chain(MACHINE, CLIENT))}
    files["mcp/docs.yaml"] = "command: x\ndescription: base\n"
    for gone, shown in ((f"overlays/machine/{MACHINE}/client/{CLIENT}/mcp/docs.yaml", 3), (f"overlays/machine/{MACHINE}/mcp/docs.yaml", 2),
                        (f"overlays/client/{CLIENT}/mcp/docs.yaml", 1), ("", "base")):  # fmt: skip
        assert laid(files)[NAMED[0]][("description",)] == shown
        files.pop(gone, None)


def test_null_takes_a_key_away_and_absent_an_entity() -> None:
    base = {"mcp/docs.yaml": "command: x\nenv: {A: '1', B: '2'}\n"}
    assert laid({**base, "overlays/client/claude/mcp/docs.yaml": "env: {A: null}\n"})[NAMED[0]] == {
        ("transport",): "stdio",
        ("command",): "x",
        ("env", "B"): "2",
    }
    assert laid({**base, "overlays/client/claude/mcp/docs.yaml": "absent: true\n"}) == {}


def test_a_file_that_a_person_wrote_keeps_its_comments_and_order() -> None:
    text = "# Docs, ask Kim\nenv:\n    B: '2' # two\n    A: '1'\ncommand: 'x'   # quoted\n"
    files = {"mcp/docs.yaml": text}
    after = {NAMED[0]: {**laid(files)[NAMED[0]], ("env", "A"): "changed"}}
    assert lowered_texts(files, after) == {"mcp/docs.yaml": text.replace("'1'", "changed")}


def test_a_new_server_with_a_path_of_this_machine_goes_to_the_machines_overlay() -> None:
    fields: Fields = {("transport",): "stdio", ("command",): "/opt/tools/server"}
    assert list(lowered_texts({}, {NAMED[0]: fields})) == [f"overlays/machine/{MACHINE}/mcp/docs.yaml"]


def test_a_new_server_below_the_home_folder_goes_to_the_base() -> None:
    fields: Fields = {("transport",): "stdio", ("command",): "${home}/bin/server"}
    assert list(lowered_texts({}, {NAMED[0]: fields})) == ["mcp/docs.yaml"]


def test_a_clients_own_memory_goes_to_its_overlay() -> None:
    memory = entity_id(RULES, "claude-memory")
    out = lowered_texts({}, {memory: {("body",): "# Mine\n"}}, {memory: client_layer(CLIENT)})
    assert out == {"overlays/client/claude/rules/claude-memory.md": "# Mine\n"}


def test_removing_a_server_of_the_base_removes_what_other_clients_laid_on_it() -> None:
    files = {"mcp/docs.yaml": "command: x\n", "overlays/client/codex/mcp/docs.yaml": "cwd: y\n", "overlays/machine/other/mcp/docs.yaml": "url: https://o.invalid\ncommand: null\n"}
    assert lowered_texts(files, {}) == {"mcp/docs.yaml": None, "overlays/client/codex/mcp/docs.yaml": None}


def test_every_name_has_a_path_that_reads_as_the_same_name() -> None:
    for name in ("a", "a b", ".hidden", "a/b", "über", "..", "x.yaml", "%41", "a:b"):
        path = path_of(BASE, entity_id(MCP, name))
        assert "/" not in path.removeprefix("mcp/")
        assert [name_of(e) for e in read({path: b"command: x\n"}).layers[BASE]] == [name]


@settings(max_examples=60, deadline=None)
@given(repositories(), repositories())
def test_what_an_earlier_revision_added_up_to_makes_no_difference(one: Files, two: Files) -> None:
    cache = PieceCache()
    revisions = [one, two, {**two, **one}, one]
    views = [(client, base) for client in (CLIENT, "other") for base in ("", "projects/shop")]
    for files in revisions:
        together, alone = read_repository(files, cache), read_repository(files, PieceCache())
        assert [effective(together, MACHINE, client, Layer(base)) for client, base in views] == [effective(alone, MACHINE, client, Layer(base)) for client, base in views]
