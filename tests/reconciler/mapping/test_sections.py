"""What each kind of section does where clients are odd: lists that hide, shared signatures, files that vanish, size limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.all_adapters import ADAPTERS
from reconciler.mapping.adapter import Answers, Parsed, held, parse, render
from reconciler.mapping.documents import FolderSpec
from reconciler.mapping.sections import Wanted
from reconciler.model.fields import Fields
from reconciler.model.names import MCP, RULES, EntityId, RelPath, entity_id
from reconciler.model.tool_entry import DECISIONS, Decision, Raw, Shell, tool_entity
from tests.fakes.engine import World, adopted, of

CONFIG, STATE, SETTINGS, MCP_JSON, ROVO = map(RelPath, (".codex/config.toml", ".claude.json", ".qwen/settings.json", ".rovodev/mcp.json", ".rovodev/config.yml"))
RULES_FILE, AGENTS = RelPath(".codex/rules/default.rules"), RelPath(".codex/AGENTS.md")
FILES = entity_id(MCP, "files")


def read(client: str, found: dict[RelPath, bytes]) -> Parsed:
    adapter = ADAPTERS[client]
    return parse(adapter, found, {}, {s.path for s in adapter.specs if isinstance(s, FolderSpec)})


def after(client: str, found: dict[RelPath, bytes], wanted: Wanted) -> dict[RelPath, bytes]:
    changed = render(ADAPTERS[client], read(client, found), wanted)
    return {p: d for p, d in {**found, **changed}.items() if d is not None}


# ---------------------------------------------------------------- servers


@pytest.mark.parametrize(("client", "path", "text"), [
    ("codex", CONFIG, b'[mcp_servers.files]\ncommand = "x"\nenabled_tools = []\n'),
    ("qwen", SETTINGS, b'{"mcpServers": {"files": {"command": "x", "includeTools": []}}}'),
])  # fmt: skip
def test_an_empty_list_of_allowed_tools_is_left_alone_and_never_read_as_all(client: str, path: RelPath, text: bytes) -> None:
    parsed = read(client, {path: text})
    assert parsed.reading.config == {}
    assert parsed.reading.unreadable == {FILES}
    assert [(p.is_stalling, "allows no tool" in p.reason) for p in parsed.problems] == [(False, True)]


def test_other_empty_lists_say_nothing() -> None:
    text = b'[mcp_servers.files]\ncommand = "x"\nargs = []\ndisabled_tools = []\nscopes = []\n'
    assert read("codex", {CONFIG: text}).reading.config == {FILES: {("transport",): "stdio", ("command",): "x"}}


def test_a_null_that_a_person_wrote_stays_when_its_neighbour_changes() -> None:
    text = b'{"mcpServers": {"files": {"command": "x", "own": {"a": null, "b": 1}, "timeout": null}}}'
    want: Fields = {("transport",): "stdio", ("command",): "x", ("extra", "claude", "own", "b"): 2}
    assert after("claude", {STATE: text}, {FILES: want})[STATE] == text.replace(b'"b": 1', b'"b": 2')


def test_true_is_not_one_in_what_only_one_client_has() -> None:
    text = b'{"mcpServers": {"files": {"type": "stdio", "command": "x", "own": 1}}}'
    want: Fields = {("transport",): "stdio", ("command",): "x", ("extra", "claude", "own"): True}
    assert b'"own": true' in after("claude", {STATE: text}, {FILES: want})[STATE]


def test_a_text_that_a_passed_variable_hid_does_not_come_to_count() -> None:
    text = b'[mcp_servers.files]\ncommand = "x"\nenv = { X = "old", Y = "2" }\nenv_vars = ["X"]\n'
    want: Fields = {("transport",): "stdio", ("command",): "x", ("env", "Y"): "2"}
    assert after("codex", {CONFIG: text}, {FILES: want})[CONFIG] == b'[mcp_servers.files]\ncommand = "x"\nenv = { Y = "2" }\n'


def test_a_hidden_text_stays_while_nobody_changes_its_variable() -> None:
    text = b'[mcp_servers.files]\ncommand = "x"\nenv = { X = "old" }\nenv_vars = ["X"]\n'
    want: Fields = {("transport",): "stdio", ("command",): "y", ("env", "X"): "${env:X}"}
    assert after("codex", {CONFIG: text}, {FILES: want})[CONFIG] == text.replace(b'"x"', b'"y"')


def rovo(off: str) -> dict[RelPath, bytes]:
    """Two servers that run the same command."""
    servers = b'{"mcpServers": {"files": {"command": "x", "transport": "stdio"}, "docs": {"command": "x", "transport": "stdio"}}}'
    return {MCP_JSON: servers, ROVO: f"mcp:\n  disabledMcpServers: [{off}]\n".encode()}


def test_switching_one_of_two_equal_servers_off_leaves_the_other_running() -> None:
    found = rovo("")
    want = {("transport",): "stdio", ("command",): "x", ("enabled",): False}
    new = read("acli", after("acli", found, {FILES: want})).reading.config
    assert [new[e].get(("enabled",), True) for e in (FILES, entity_id(MCP, "docs"))] == [False, True]


def test_switching_one_of_two_equal_servers_on_leaves_the_other_off() -> None:
    found = rovo('"stdio:x:"')
    new = read("acli", after("acli", found, {FILES: {("transport",): "stdio", ("command",): "x"}})).reading.config
    assert [new[e].get(("enabled",), True) for e in (FILES, entity_id(MCP, "docs"))] == [True, False]


def test_no_file_is_made_for_a_list_that_stays_empty() -> None:
    want: Fields = {("transport",): "stdio", ("command",): "x"}
    assert set(after("acli", {}, {FILES: want})) == {MCP_JSON}


# ---------------------------------------------------------------- allowed tools


def test_words_with_blanks_are_no_words_of_a_permission_list() -> None:
    entity = tool_entity("allow", Shell(("git", "a b")))
    assert held(ADAPTERS["claude"], {entity: {("entry",): True}}).config == {}


def test_a_call_with_examples_loses_one_entry_and_keeps_the_others() -> None:
    text = b'prefix_rule(pattern = ["git", ["log", "status"]], justification = "why", match = ["git log"])\nprefix_rule(pattern = ["ls"])\n'
    new = after("codex", {RULES_FILE: text}, {tool_entity("allow", Shell(("git", "log"))): None})[RULES_FILE]
    assert new == b'prefix_rule(pattern = ["ls"])\nprefix_rule(pattern = ["git", "status"], decision = "allow", justification = "why")\n'


def test_many_entries_go_in_one_step() -> None:
    entries = [tool_entity("allow", Shell(("git", f"c{i}"))) for i in range(300)]
    found = after("codex", {}, {key: {("entry",): True} for key in entries})
    assert after("codex", found, dict.fromkeys(entries))[RULES_FILE] == b""


def test_the_misspelt_key_that_people_copy_is_told() -> None:
    problems = read("acli", {ROVO: b"toolPermissions::\n  tools:\n    grep: deny\n"}).problems
    assert [(p.file, p.line, p.is_stalling) for p in problems] == [(ROVO, 1, False)]


def grep(decision: Decision) -> EntityId:
    return tool_entity(decision, Raw("acli", "tool:grep"))


def test_of_two_decisions_for_one_tool_the_stricter_is_held_and_the_other_told() -> None:
    able = held(ADAPTERS["acli"], {grep(d): {("entry",): True} for d in DECISIONS})
    assert list(able.config) == [grep("deny")]
    assert able.losses.keys() == {grep("allow"), grep("ask")}


def test_a_stricter_decision_replaces_the_one_that_is_there() -> None:
    found = {ROVO: b"toolPermissions:\n  tools:\n    grep: allow # mine\n"}
    assert after("acli", found, {grep("deny"): {("entry",): True}})[ROVO] == found[ROVO].replace(b"allow", b"deny")


def test_one_word_where_a_list_of_commands_stands_is_left_alone_and_told() -> None:
    text = b"toolPermissions:\n  tools:\n    bash: deny\n    grep: allow\n"
    found = read("acli", {ROVO: text})
    assert [(p.line, p.is_stalling) for p in found.problems] == [(3, False)]
    assert list(found.reading.config) == [grep("allow")]


def test_a_decision_about_a_tool_whose_commands_are_a_list_is_a_gap_and_stops_nothing_else() -> None:
    text = "toolPermissions:\n  tools:\n    bash:\n      commands:\n        - command: ls\n          permission: allow\n"
    world = World()
    world.write(ROVO, text)
    world.adopt()
    world.commit({"tools/default.yaml": "extra:\n  acli:\n    deny:\n      - tool:bash\n      - tool:grep\n"})
    done = of(world.sync(), "acli")
    assert (done.outcome, done.problems) == ("converged", ())
    assert world.read(ROVO) == text + "    grep: deny\n"
    assert [(d.entity, d.why) for d in done.dropped] == [(tool_entity("deny", Raw("acli", "tool:bash")), "gap")]


@pytest.mark.parametrize(("shape", "line"), [
    ("toolPermissions:\n  bash: deny  # all of it\n", 2),
    ("toolPermissions:\n  bash:\n    commands: deny\n", 3),
    ("toolPermissions:\n  bash: [ls]\n", 2),
    ("toolPermissions:\n  bash: 3\n", 2),
    ("toolPermissions: deny\n", 1),
])  # fmt: skip
def test_what_stands_in_the_place_of_commands_is_kept_and_those_of_main_are_gaps(shape: str, line: int) -> None:
    world = World()
    world.write(ROVO, "toolPermissions:\n  bash:\n    commands:\n      - command: git push.*\n        permission: deny\n")
    world.adopt()
    before = world.main()
    world.write(ROVO, shape)
    world.commit({"tools/new.yaml": "deny:\n  - shell: [rm]\nallow:\n  - shell: [ls]\n"})
    done = of(world.sync(), "acli")
    assert (done.outcome, world.read(ROVO)) == ("unchanged", shape)
    assert [(p.file, p.line, p.is_stalling) for p in done.problems] == [(ROVO, line, False)]
    assert {(d.entity.rsplit(":", 1)[1], d.why) for d in done.dropped} == {("git push.*", "gap"), ("rm", "gap"), ("ls", "lost")}
    assert {path: text for path, text in world.main().items() if path != "tools/new.yaml"} == before


def with_rules(world: World, *texts: str) -> World:
    for i, text in enumerate(texts):
        world.write(f".codex/rules/{'default' if i == 0 else 'mine'}.rules", text)
    world.sync()
    world.clock.advance(120)
    world.sync()
    return world


GIT, NPM = 'prefix_rule(pattern = ["git", "log"])\n', 'prefix_rule(pattern = ["npm"])\n'


@pytest.mark.parametrize("how", ["file", "folder", "empty"])
def test_the_only_rules_file_that_vanishes_stalls_and_removes_nothing(how: str) -> None:
    world = with_rules(adopted(), GIT)
    before = world.config("codex")
    assert tool_entity("allow", Shell(("git", "log"))) in before
    if how == "empty":
        world.write(RULES_FILE, "\n")
    else:
        world.remove(RULES_FILE)
        world.disk.folders -= {path for path in world.disk.folders if how == "folder" and path.endswith(".codex/rules")}
    outcomes = {t.target.client: t.outcome for t in world.sync().targets}
    assert outcomes["codex"] == "stalled"
    assert world.config("codex") == before


def test_one_of_several_rules_files_that_a_person_removed_removes_its_rules() -> None:
    world = with_rules(adopted(), GIT, NPM)
    assert tool_entity("allow", Shell(("npm",))) in world.config("codex")
    world.remove(".codex/rules/mine.rules")
    world.sync()
    assert tool_entity("allow", Shell(("npm",))) not in world.config("codex")


def test_a_raw_entry_of_another_client_is_not_held() -> None:
    entity = tool_entity("deny", Raw("acli", "tool:grep"))
    assert held(ADAPTERS["claude"], {entity: {("entry",): True}}).losses[entity][0].is_gap


# ---------------------------------------------------------------- rules


def rules(count: int, size: int) -> dict[EntityId, Fields]:
    return {entity_id(RULES, f"rule-{i:03}"): {("body",): "x" * size + f" {i}\n"} for i in range(count)}


@pytest.mark.parametrize("own", [b"", b"# Mine\n\ntext\n", "# Mine é\r\n\r\ntext".encode() * 50])
@pytest.mark.parametrize(("count", "size"), [(40, 1_000), (5, 9_000), (2_000, 3)])
def test_codex_gets_no_more_than_it_reads_and_the_rest_is_told(own: bytes, count: int, size: int) -> None:
    found = {AGENTS: own} if own else {}
    config = {**read("codex", found).reading.config, **rules(count, size)}
    able = held(ADAPTERS["codex"], config)
    new = after("codex", found, able.config)
    assert len(new[AGENTS]) <= 32 * 1024
    assert able.config.keys() | able.losses.keys() == config.keys()
    assert able.losses
    assert read("codex", new).reading.config == able.config


def test_a_rules_name_with_a_blank_stands_in_a_block_and_reads_as_itself() -> None:
    entity = entity_id(RULES, "my own rule")
    assert set(read("qwen", after("qwen", {}, {entity: {("body",): "text\n"}})).reading.config) == {entity}


def test_a_rule_that_starts_with_dashes_is_no_front_matter() -> None:
    entity = entity_id(RULES, "style")
    new = after("claude", {}, {entity: {("body",): "---\na: b\n---\n"}})
    assert read("claude", new).reading.config == {entity: {("body",): "---\na: b\n---\n"}}


def test_what_was_held_of_another_config_makes_no_difference() -> None:
    one, two = ({grep(d): {("entry",): True} for d in decisions} for decisions in (DECISIONS, DECISIONS[:1]))
    mixed = {**one, EntityId("mcp/s"): {("transport",): "stdio", ("command",): "npx"}}
    asked = replace(ADAPTERS["acli"], answers=Answers())
    for config in (one, two, mixed, one, two, dict(reversed(mixed.items())), {}):
        given = dict(config)
        assert held(asked, given) == held(replace(asked, answers=Answers()), config)
        given.clear()  # whoever asked goes on with what is theirs
