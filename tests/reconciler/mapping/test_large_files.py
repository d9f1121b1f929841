"""Large JSON files: read quickly as long as nothing follows, and carefully before anything is captured or written."""

from __future__ import annotations

import json

import pytest

from reconciler.adapters.claude import CLAUDE
from reconciler.adapters.qwen import QWEN
from reconciler.errors import Stalled
from reconciler.formats.all_formats import JSON, JSONC
from reconciler.formats.edit import MAX_JSON_NODES, MAX_NODES, FormatError, Remove, Set
from reconciler.mapping.adapter import Adapter, parse, render
from reconciler.mapping.documents import overlooked
from reconciler.model.names import EntityId, RelPath
from tests.fakes.engine import adopted

STATE, SETTINGS = RelPath(".claude.json"), RelPath(".qwen/settings.json")
DOCS = EntityId("mcp/docs")


def large(first: str = '"mcpServers": {"docs": {"command": "x"}}', values: int = 5_000) -> bytes:
    """A file that has grown by what is not ours."""
    history = json.dumps([{"display": f"what I asked {i} é"} for i in range(values)], ensure_ascii=False)
    return f'{{\n  {first},\n  "history": {history}\n}}\n'.encode()


TWICE = large('"mcpServers": {"docs": {"command": "x"}},\n  "mcpServers": {"docs": {"command": "other"}}')


@pytest.mark.parametrize(("adapter", "path"), [(CLAUDE, STATE), (QWEN, SETTINGS)], ids=["claude", "qwen"])
def test_a_key_that_is_there_twice_in_a_large_file_is_found_before_anything_is_captured(adapter: Adapter, path: RelPath) -> None:
    parsed = parse(adapter, {path: TWICE}, {}, set())
    assert parsed.problems == ()  # the quick reading does not see it
    assert [(p.file, p.line, p.column, p.is_stalling) for p in overlooked(parsed.docs)] == [(path, 3, 3, True)]


def test_a_key_that_is_there_twice_in_a_small_file_is_found_at_once() -> None:
    parsed = parse(CLAUDE, {STATE: b'{"mcpServers": {}, "mcpServers": {}}'}, {}, set())
    assert not parsed.is_readable


def test_a_large_file_with_a_key_twice_is_not_written() -> None:
    parsed = parse(CLAUDE, {STATE: TWICE}, {}, set())
    with pytest.raises(Stalled, match="there twice") as caught:
        render(CLAUDE, parsed, {DOCS: None})
    assert (caught.value.path, caught.value.place[0]) == (STATE, 3)


def test_a_large_file_is_written_in_its_place() -> None:
    data = large()
    parsed = parse(CLAUDE, {STATE: data}, {}, set())
    changed = render(CLAUDE, parsed, {DOCS: {("transport",): "stdio", ("command",): "y"}})
    assert changed == {STATE: data.replace(b'{"command": "x"}', b'{"command": "y"}')}


def test_comments_in_a_large_file_are_refused_or_read_as_the_client_does() -> None:
    data = large().replace(b'"history"', b'// mine\n"history"')
    assert JSONC.read(data)["mcpServers"] == {"docs": {"command": "x"}}
    with pytest.raises(FormatError):
        JSON.read(data)


def test_a_large_file_that_is_cut_off_stalls_with_its_place() -> None:
    problems = parse(CLAUDE, {STATE: large()[:-20]}, {}, set()).problems
    assert [(p.file, p.is_stalling, p.line > 1) for p in problems] == [(STATE, True, True)]


def test_a_complaint_about_an_entry_of_a_large_file_says_where_the_file_itself_is_wrong() -> None:
    data = TWICE.replace(b'"other"', b"3")
    assert [p.line for p in parse(CLAUDE, {STATE: data}, {}, set()).problems] == [3]


def test_a_file_with_as_many_values_as_real_ones_have_is_edited() -> None:
    data = large(values=60_000)  # two values each, and a file of 2 MB
    assert MAX_NODES < 120_000 < MAX_JSON_NODES
    assert JSON.edit(JSON.edit(data, [Set(("mcpServers", "new"), 1)]), [Remove(("mcpServers", "new"))]) == data


def test_a_large_file_with_a_key_twice_is_never_captured() -> None:
    world = adopted("docs")
    before = world.refs(), world.main()
    world.write(STATE, TWICE)
    problems = [p for t in world.sync().targets for p in t.problems]
    assert [(p.file, p.line, "twice" in p.reason) for p in problems] == [(STATE, 3, True)]
    assert (world.refs(), world.main()) == before


def test_a_large_file_that_changed_where_it_is_not_ours_is_no_change() -> None:
    world = adopted("docs")
    world.write(STATE, large(json.dumps({"mcpServers": world.servers("claude")})[1:-1]))
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before
