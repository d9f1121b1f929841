"""Files that the real clients wrote and people edited: read, written back, and changed, for each client."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import pytest

from reconciler.all_adapters import ADAPTERS
from reconciler.errors import Stalled
from reconciler.mapping.adapter import Adapter, found_bytes, held, render
from reconciler.mapping.adapter import parse as parse_at
from reconciler.mapping.sections import Wanted
from reconciler.model.fields import Fields, Path
from reconciler.model.names import MCP, RULES, TOOLS, EntityId, RelPath, entity_id, kind_of
from reconciler.model.tool_entry import Shell, tool_entity
from tests.reconciler.mapping.golden_cases import CLIENTS, GOLDEN, Found, adapter_of, cases, expected_at, parsed, summary

ALL = {f"{client}/{name}": (adapter_of(client, name), found) for client, name, found in cases()}
GOOD = {key: case for key, case in ALL.items() if parsed(*case).is_readable}
BROKEN = {key: case for key, case in ALL.items() if key not in GOOD}
ADDED: Fields = {("transport",): "stdio", ("command",): "example-mcp-server"}

WHOLE = {key: case for key, case in GOOD.items() if key not in ("acli/project", "claude/local")}
"""Cases of clients that read servers and allowed tools there."""
WITH_RULES = {key: case for key, case in GOOD.items() if key != "claude/local"}

a_good_case = pytest.mark.parametrize(("adapter", "found"), GOOD.values(), ids=GOOD)
a_whole_case = pytest.mark.parametrize(("adapter", "found"), WHOLE.values(), ids=WHOLE)


def rendered(adapter: Adapter, found: Found, wanted: Wanted) -> Found:
    """All files after a rendering."""
    after = {**found, **render(adapter, parsed(adapter, found), wanted)}
    return {path: data for path, data in after.items() if data is not None}


def changed_lines(before: Found, after: Found) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came."""
    out: tuple[list[str], list[str]] = ([], [])
    for path in {**before, **after}:
        old, new = (files.get(path, b"").decode("utf-8-sig").splitlines() for files in (before, after))
        for line in difflib.ndiff(old, new):
            if line[0] in "+-":
                out["-+".index(line[0])].append(line[2:])
    return out


# ---------------------------------------------------------------- read


@pytest.mark.parametrize(("client", "name", "found"), list(cases()), ids=ALL)
def test_a_file_says_what_its_expected_file_says(client: str, name: str, found: Found) -> None:
    assert summary(adapter_of(client, name), found) == expected_at(client, name).read_text("utf-8")


@pytest.mark.parametrize("client", CLIENTS)
def test_each_expected_file_has_its_case(client: str) -> None:
    there = {p.name for p in (GOLDEN / client / "expected").iterdir()}
    assert there == {f"{name}.yaml" for c, name, _ in cases() if c == client}


@pytest.mark.parametrize(("adapter", "found"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_stalls_with_file_line_column_and_advice(adapter: Adapter, found: Found) -> None:
    stalling = [p for p in parsed(adapter, found).problems if p.is_stalling]
    assert [p.file for p in stalling] == list(found)
    assert all(p.line >= 1 and p.column >= 1 and p.reason and p.advice for p in stalling)


def test_exactly_the_files_with_broken_syntax_stall() -> None:
    names = {key for key in ALL if "broken" in key and ".after-" not in key}
    assert BROKEN.keys() == names | {"claude/mcp-comments.json", "claude/settings-comments.json"}


# ---------------------------------------------------------------- nothing changed, nothing written


@a_good_case
def test_wanting_nothing_writes_nothing(adapter: Adapter, found: Found) -> None:
    assert found_bytes(parsed(adapter, found).docs) == found
    assert render(adapter, parsed(adapter, found), {}) == {}


@a_good_case
def test_wanting_what_is_there_writes_nothing(adapter: Adapter, found: Found) -> None:
    read = parsed(adapter, found)
    assert render(adapter, read, held(adapter, read.reading.config).config) == {}


@a_good_case
def test_a_client_holds_all_that_its_own_file_says(adapter: Adapter, found: Found) -> None:
    config = parsed(adapter, found).reading.config
    able = held(adapter, config)
    assert able.config == config
    assert not able.losses


# ---------------------------------------------------------------- one field, one entity


def variations(fields: Fields) -> Iterator[tuple[Path, Fields]]:
    """Each field with another value, which no file holds yet."""
    for path, value in fields.items():
        if path == ("enabled",):
            yield path, {p: v for p, v in fields.items() if p != path}
        elif path != ("transport",) and path[0] != "extra":
            other = {str: "changed-é", list: ["changed-é"], int: 4321}[type(value)]
            yield path, {**fields, path: other}


def most_lines(path: Path, value: object) -> int:
    """How many lines a value and what is around it take, where each item has its own."""
    if isinstance(value, list):
        return len(value) + 2
    if path == ("enabled",):
        return 2  # the last name of a list goes with its key
    return 3 if path[0] in ("headers", "env") else 1  # a reference and a text may stand in different tables


@a_good_case
def test_one_changed_field_changes_only_its_lines(adapter: Adapter, found: Found) -> None:
    for entity, fields in parsed(adapter, found).reading.config.items():
        for path, want in variations(fields) if kind_of(entity) == MCP else ():
            went, came = changed_lines(found, rendered(adapter, found, {entity: want}))
            assert len(went) <= most_lines(path, fields[path]), (entity, path, went)
            assert len(came) <= most_lines(path, want.get(path)), (entity, path, came)


@a_good_case
def test_a_removed_field_takes_no_other_line(adapter: Adapter, found: Found) -> None:
    for entity, fields in parsed(adapter, found).reading.config.items():
        for path in fields:
            if kind_of(entity) != MCP or path in (("transport",), ("command",), ("url",)):
                continue
            after = rendered(adapter, found, {entity: {p: v for p, v in fields.items() if p != path}})
            expected = {**parsed(adapter, found).reading.config}
            expected[entity] = {p: v for p, v in fields.items() if p != path}
            assert parsed(adapter, after).reading.config == expected
            _, came = changed_lines(found, after)
            assert len(came) <= 1, (entity, path, came)


@a_whole_case
def test_an_added_server_keeps_every_old_line(adapter: Adapter, found: Found) -> None:
    after = rendered(adapter, found, {entity_id(MCP, "newcomer"): ADDED})
    went, came = changed_lines(found, after)
    assert len(went) <= 1
    assert all(is_grown(old, new) for old, new in zip(went, came, strict=False)), (went, came)


def is_grown(old: str, new: str) -> bool:
    """True when ``new`` is ``old`` with something put in at one place; ``{}`` is opened."""
    return old == "{}" or any(new.startswith(old[:i]) and new.endswith(old[i:]) for i in range(len(old) + 1))


@a_whole_case
def test_a_server_that_comes_and_goes_leaves_an_empty_map_at_most(adapter: Adapter, found: Found) -> None:
    entity = entity_id(MCP, "newcomer")
    after = rendered(adapter, rendered(adapter, found, {entity: ADDED}), {entity: None})
    went, came = changed_lines(found, after)
    assert len(went) <= 1
    assert all(is_grown(old, new) for old, new in zip(went, came, strict=False)), (went, came)
    is_new = "mcpServers" not in str(found) and "mcp_servers" not in str(found)
    assert len(came) <= (3 if is_new else len(went)), came  # the map of servers stays, and is empty


@a_good_case
def test_a_removed_entity_takes_only_its_lines(adapter: Adapter, found: Found) -> None:
    config = parsed(adapter, found).reading.config
    for entity in config:
        after = rendered(adapter, found, {entity: None})
        assert parsed(adapter, after).reading.config == {e: f for e, f in config.items() if e != entity}
        _, came = changed_lines(found, after)
        came = [line for line in came if line not in ("", "[mcp_servers]")]  # the empty map stays
        examples = 1 if entity == "tools/allow shell:git diff" or entity == "tools/allow shell:git status" else 0
        assert len(came) <= 1 + examples, (entity, came)  # a line that loses its comma, its last entry or one of several


@pytest.mark.parametrize(("adapter", "found"), WITH_RULES.values(), ids=WITH_RULES)
def test_an_added_rule_keeps_every_old_line(adapter: Adapter, found: Found) -> None:
    after = rendered(adapter, found, {entity_id(RULES, "style"): {("body",): "Short lines.\n"}})
    assert changed_lines(found, after)[0] == []


@a_whole_case
@pytest.mark.parametrize("decision", ["allow", "ask", "deny"])
def test_an_added_tool_entry_keeps_every_old_line(adapter: Adapter, found: Found, decision: str) -> None:
    entity = tool_entity(decision, Shell(("make", "check")))  # type: ignore[arg-type]  # the three decisions
    if b'"allow": "Bash"' in found.get(RelPath(".claude/settings.json"), b""):
        return  # the next test
    config = parsed(adapter, found).reading.config
    after = rendered(adapter, found, {entity: {("entry",): True}})
    assert set(parsed(adapter, after).reading.config) == {*config, entity}
    assert len(changed_lines(found, after)[0]) <= 1


def test_a_list_that_is_a_text_gets_no_entry() -> None:
    found = ALL["claude/settings-schema-invalid.json"][1]
    with pytest.raises(Stalled):
        rendered(ADAPTERS["claude"], found, {tool_entity("allow", Shell(("make",))): {("entry",): True}})


# ---------------------------------------------------------------- what the real clients' own commands did

AFTER_ADD = sorted(key for key in ALL if ".after-add." in key)
DROPPED_BY_CODEX = {("extra", "codex", "required"), ("extra", "codex", "zz_unknown")}
"""``codex mcp add`` takes default-valued and unknown keys away from all servers."""


def before_of(key: str) -> dict[EntityId, Fields]:
    adapter, found = ALL[key.replace(".after-add", "")]
    return dict(parsed(adapter, found).reading.config)


@pytest.mark.parametrize("key", [k for k in AFTER_ADD if "env-refs" not in k])
def test_the_clients_own_add_command_adds_exactly_one_server(key: str) -> None:
    adapter, found = ALL[key]
    before = {e: {p: v for p, v in f.items() if p not in DROPPED_BY_CODEX} for e, f in before_of(key).items()}
    assert parsed(adapter, found).reading.config == {**before, entity_id(MCP, "added"): ADDED}


def test_qwens_own_add_command_writes_the_values_of_references() -> None:
    key = "qwen/settings-env-refs.after-add.json"
    after = parsed(ADAPTERS["qwen"], ALL[key][1]).reading.config
    differing = {(e, p) for e, f in before_of(key).items() for p in f if after[e].get(p) != f[p]}
    assert differing == {("mcp/b", ("args",)), ("mcp/b", ("env", "TOK")), ("mcp/h", ("headers", "Authorization"))}


AFTER_VALIDATOR = sorted(key for key in ALL if ".after-validator." in key and "project-broken" not in key)


@pytest.mark.parametrize("key", AFTER_VALIDATOR)
def test_a_client_that_rewrote_its_file_in_its_own_way_changed_nothing_of_ours(key: str) -> None:
    adapter, found = ALL[key]
    before = ALL[key.replace(".after-validator", "")][1]
    assert parsed(adapter, found).reading.config == parsed(adapter, before).reading.config


def test_the_mcp_file_that_codex_and_claude_made_reads_the_same_server() -> None:
    places = {"claude": RelPath(".claude.json"), "codex": RelPath(".codex/config.toml")}
    native = {"claude": b'{"mcpServers": {"s": {"type": "http", "url": "https://x.invalid"}}}', "codex": b'[mcp_servers.s]\nurl = "https://x.invalid"\n'}
    read = [parse_at(ADAPTERS[c], {places[c]: native[c]}, {}, set()).reading.config for c in places]
    assert read[0] == read[1] == {"mcp/s": {("transport",): "http", ("url",): "https://x.invalid"}}


def test_no_case_is_without_a_tool_or_server_or_a_reason() -> None:
    silent = {key for key, (adapter, found) in GOOD.items() if not parsed(adapter, found).reading.config}
    assert silent <= {
        "acli/config-double-colon.yml",
        "claude/settings-schema-invalid.json",
        "codex/config-bad-enum.toml",
        "codex/config-permissions.toml",
        "codex/config-schema-invalid.toml",
        "codex/rules-bad-decision.rules",
        "qwen/settings-project-broken.after-validator.json",
        "qwen/settings-schema-invalid.after-validator.json",
        "qwen/settings-schema-invalid.json",
    }
    assert TOOLS not in silent


def test_a_server_for_one_folder_touches_no_line_but_its_own() -> None:
    """The file holds the user's servers too, and what the client keeps of other folders."""
    adapter, found = GOOD["claude/local"]
    went, came = changed_lines(found, rendered(adapter, found, {entity_id(MCP, "added"): ADDED}))
    assert went == []
    assert [line.strip() for line in came] == ["},", '"added": {', '"type": "stdio",', '"command": "example-mcp-server",', '"args": [],', '"env": {}']
    assert parsed(ADAPTERS["claude"], rendered(adapter, found, {entity_id(MCP, "added"): ADDED})).reading.config == parsed(ADAPTERS["claude"], found).reading.config


@pytest.mark.parametrize("adapter", [a for one in ADAPTERS.values() for a in (one, one.project, one.local) if a], ids=lambda a: f"{a.client}-{a.specs[0].path}")
def test_of_every_file_it_is_said_when_an_open_client_takes_it_up(adapter: Adapter) -> None:
    unsaid = [spec.path for spec in adapter.specs if not spec.takes_effect.by_kind()]
    assert unsaid == []


@a_good_case
def test_each_kind_that_stands_in_a_file_is_among_those_of_which_it_is_said(adapter: Adapter, found: Found) -> None:
    places = parsed(adapter, found).reading.places
    said = {spec.path: set(spec.takes_effect.by_kind()) for spec in adapter.specs}
    for entity, place in places.items():
        spec = next((path for path in said if f"{place}/".startswith(f"{path}/")), None)
        if spec is not None:  # else it is where another file or an older place names it
            assert kind_of(entity) in said[spec]
