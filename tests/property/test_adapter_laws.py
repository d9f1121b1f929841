"""The laws of an adapter, for every client: random configs rendered into random files that people left."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.all_adapters import ADAPTERS
from reconciler.formats import json_text, yaml_text
from reconciler.mapping.adapter import HeldConfig, Parsed, held, parse, render
from reconciler.mapping.command_patterns import pattern_of, shell_of
from reconciler.mapping.documents import FolderSpec
from reconciler.mapping.of_folder import for_folder
from reconciler.model.fields import Config, Fields
from reconciler.model.names import MCP, TOOLS, EntityId, kind_of, name_of
from reconciler.model.tool_entry import Shell, tool_of_entity
from tests.property.client_files import FILES, LOCAL_FOLDER, Found
from tests.property.unified import configs

CLIENTS = tuple(FILES)
BY_NAME = {**ADAPTERS, **{f"{a.client} in a project": a.project for a in ADAPTERS.values() if a.project}}
BY_NAME |= {f"{a.client} for one folder": for_folder(a.local, LOCAL_FOLDER) for a in ADAPTERS.values() if a.local}
seeds = st.integers(0, 2**32)
each_client = pytest.mark.parametrize("client", CLIENTS)


def law(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def parsed(client: str, found: Found) -> Parsed:
    adapter = BY_NAME[client]
    return parse(adapter, found, {}, {s.path for s in adapter.specs if isinstance(s, FolderSpec)})


def files(client: str, seed: int) -> Found:
    return FILES[client](Random(seed))


def has_stricter(able: HeldConfig, entity: EntityId) -> bool:
    """Its client has one decision for a tool, and a stricter one is wanted."""
    return any("one decision" in loss.reason for loss in able.losses.get(entity, ()))


def wanted(read: Parsed, able: HeldConfig, config: Config) -> dict[EntityId, Fields | None]:
    """What a pass would ask for: all that can be held, nothing else, and no touch of what makes no sense or may not go."""
    out: dict[EntityId, Fields | None] = {e: None for e in read.reading.config if e not in config}
    out |= able.config
    return {e: f for e, f in out.items() if e not in read.reading.unreadable}


def rendered(client: str, found: Found, want: Mapping[EntityId, Fields | None]) -> Found:
    after = {**found, **render(BY_NAME[client], parsed(client, found), want)}
    return {path: data for path, data in after.items() if data is not None}


# ---------------------------------------------------------------- the laws


def nothing_changed_means_nothing_written(client: str, seed: int) -> None:
    read = parsed(client, files(client, seed))
    assert read.is_readable, read.problems
    assert render(BY_NAME[client], read, {}) == {}
    assert render(BY_NAME[client], read, read.reading.config) == {}


def what_a_file_says_can_be_held(client: str, seed: int) -> None:
    config = parsed(client, files(client, seed)).reading.config
    able = held(BY_NAME[client], config)
    named = {e: f for e, f in config.items() if e in able.config}  # some names were never accepted by the client
    assert able.config == named
    assert all("name" in loss.reason or "cannot say" in loss.reason for losses in able.losses.values() for loss in losses), able.losses


def a_rendering_reads_back_exactly(client: str, seed: int, config: Config) -> None:
    found = files(client, seed)
    read, able = parsed(client, found), held(BY_NAME[client], config)
    want = wanted(read, able, config)
    after = rendered(client, found, want)
    again = parsed(client, after)
    stay = {e: f for e, f in read.reading.config.items() if e in config and e not in able.config and not has_stricter(able, e)}
    expected = {e: f for e, f in {**stay, **want}.items() if f is not None}
    assert again.reading.config == expected
    assert again.reading.unreadable == read.reading.unreadable
    assert rendered(client, after, wanted(again, able, config)) == after  # a second time writes nothing
    assert foreign(client, after) == foreign(client, found)
    assert comments(found, read, want) <= comments_of(after)


def all_that_is_not_held_is_said(client: str, config: Config) -> None:
    able = held(BY_NAME[client], config)
    for entity, fields in config.items():
        kept = able.config.get(entity)
        said = {loss.path for loss in able.losses.get(entity, ())}
        if kept is None:
            assert said, entity
            continue
        others = {p for p in fields if p[0] == "extra" and p[1] != BY_NAME[client].client}
        assert {p for p in fields if kept.get(p) != fields[p]} - others - {("clients",)} == said
        assert kept.keys() <= fields.keys()


def a_restriction_is_held_or_the_entity_is_a_gap(client: str, config: Config) -> None:
    able = held(BY_NAME[client], config)
    for entity, fields in config.items():
        kept, losses = able.config.get(entity), able.losses.get(entity, ())
        if kind_of(entity) == TOOLS and tool_of_entity(entity)[0] != "allow" and kept is None:
            assert has_stricter(able, entity) or all(loss.is_gap for loss in losses)
        if kind_of(entity) == MCP and kept is not None:
            for path in (("enabled",), ("tools", "allowed"), ("tools", "denied")):
                assert kept.get(path) == fields.get(path)


def holding_twice_is_holding_once(client: str, config: Config) -> None:
    able = held(BY_NAME[client], config)
    again = held(BY_NAME[client], able.config)
    assert again.config == able.config
    assert not again.losses


# ---------------------------------------------------------------- what is not ours

_OURS: dict[str, tuple[tuple[str, ...], ...]] = {
    ".claude.json": (("mcpServers",),),
    ".mcp.json": (("mcpServers",),),
    ".claude/settings.json": (("permissions", "allow"), ("permissions", "ask"), ("permissions", "deny"), ("disabledMcpjsonServers",)),
    ".qwen/settings.json": (("mcpServers",), ("mcp", "excluded"), ("permissions", "allow"), ("permissions", "ask"), ("permissions", "deny")),
    ".rovodev/mcp.json": (("mcpServers",),),
    ".rovodev/config.yml": (("mcp", "disabledMcpServers"), ("toolPermissions", "tools"), ("toolPermissions", "bash", "commands")),
    ".codex/config.toml": (("mcp_servers",),),
}
_OURS_OF_A_FOLDER = {".claude.json": (("projects", LOCAL_FOLDER, "mcpServers"),)}


def foreign(client: str, found: Found) -> dict[str, Any]:
    """The values of all files without what is ours, and without maps that hold nothing else."""
    out: dict[str, Any] = {}
    for path, ours in (_OURS_OF_A_FOLDER if client.endswith("for one folder") else _OURS).items():
        if path in found:
            value = _value(path, found[path])
            for at in ours:
                _take(value, at)
            if value not in ({}, None):
                out[path] = value
    servers = parsed(client, found).reading
    out["left alone"] = sorted(servers.unreadable)
    return out


def _value(path: str, data: bytes) -> Any:
    if path.endswith(".toml"):
        return tomllib.loads(data.decode("utf-8-sig"))
    return yaml_text.read(data) if path.endswith(".yml") else json_text.read(data)


def _take(value: Any, at: tuple[str, ...]) -> None:
    if not isinstance(value, dict) or at[0] not in value:
        return
    if len(at) > 1:
        _take(value[at[0]], at[1:])
    if len(at) == 1 or value[at[0]] == {}:
        del value[at[0]]


_COMMENT = re.compile(rb"c\d+b?\.")


def comments_of(found: Found) -> set[tuple[str, bytes]]:
    return {(path, c) for path, data in found.items() for c in _COMMENT.findall(data)}


def comments(found: Found, read: Parsed, want: Mapping[EntityId, Fields | None]) -> set[tuple[str, bytes]]:
    """Comments in files of which nothing goes and nothing changes: there, all of them must stay."""
    touched = {read.reading.places[e] for e in want if e in read.reading.config and want[e] != read.reading.config[e]}
    if any(kind_of(e) == MCP for e in want):  # a list of names that are off may lose some
        touched |= {p for p, data in found.items() if b"disabledMcpServers" in data or b"excluded" in data}
    if any(p.endswith(".rules") for p in touched):
        touched |= {p for p in found if p.endswith(".rules")}  # an entry may stand in several
    return {(path, c) for path, c in comments_of(found) if path not in touched}


# ---------------------------------------------------------------- short and long


@each_client
@law(100)
@given(seed=seeds)
def test_nothing_changed_means_nothing_written(client: str, seed: int) -> None:
    nothing_changed_means_nothing_written(client, seed)


@each_client
@law(80)
@given(seed=seeds)
def test_what_a_file_says_can_be_held(client: str, seed: int) -> None:
    what_a_file_says_can_be_held(client, seed)


@each_client
@law(100)
@given(data=st.data(), seed=seeds)
def test_a_rendering_reads_back_exactly_and_nothing_else_changes(client: str, data: st.DataObject, seed: int) -> None:
    a_rendering_reads_back_exactly(client, seed, data.draw(configs(BY_NAME[client].client)))


@each_client
@law(100)
@given(data=st.data())
def test_all_that_is_not_held_is_said(client: str, data: st.DataObject) -> None:
    config = data.draw(configs(BY_NAME[client].client))
    all_that_is_not_held_is_said(client, config)
    a_restriction_is_held_or_the_entity_is_a_gap(client, config)
    holding_twice_is_holding_once(client, config)


@pytest.mark.long
@each_client
@law(1000)
@given(data=st.data(), seed=seeds)
def test_all_laws_with_many_examples(client: str, data: st.DataObject, seed: int) -> None:
    config = data.draw(configs(BY_NAME[client].client))
    nothing_changed_means_nothing_written(client, seed)
    what_a_file_says_can_be_held(client, seed)
    a_rendering_reads_back_exactly(client, seed, config)
    all_that_is_not_held_is_said(client, config)
    a_restriction_is_held_or_the_entity_is_a_gap(client, config)
    holding_twice_is_holding_once(client, config)


# ---------------------------------------------------------------- regular expressions

_plain_words = st.lists(st.text("abz.+*-_/é0 ", min_size=1, max_size=5).map(lambda w: w.replace(" ", "") or "x"), min_size=1, max_size=3)
_tails = st.text(" ;|&$()`<>{}\n\rab", max_size=8)
MATCHES = (re.search, re.match, re.fullmatch)


@law(200)
@given(words=_plain_words, exact=st.booleans(), tail=_tails)
def test_an_allow_pattern_never_matches_a_command_with_an_operator(words: list[str], exact: bool, tail: str) -> None:
    pattern, prefix = pattern_of("allow", Shell(tuple(words), exact)), " ".join(words)
    is_operator = any(c in tail for c in ";|&$()`<>{}\n\r")
    for match in MATCHES:
        if is_operator:
            assert not match(pattern, prefix + tail)
        else:
            assert bool(match(pattern, prefix + tail)) == (tail == "" or (not exact and tail[0] == " "))
        assert not match(pattern, tail + "x; " + prefix)


@law(200)
@given(words=_plain_words, before=_tails, after=_tails, exact=st.booleans())
def test_a_deny_pattern_also_matches_after_an_operator(words: list[str], before: str, after: str, exact: bool) -> None:
    prefix = " ".join(words)
    pattern = pattern_of("deny", Shell(tuple(words), exact))
    for lead in ("", "true; ", "true && ", "true | ", "(", "x\n", "$(", f"{before};"):
        end = "" if exact or not after else " " + after
        for match in MATCHES:
            assert match(pattern, lead + prefix + end), (lead, end)


@law(200)
@given(words=_plain_words, exact=st.booleans(), decision=st.sampled_from(["allow", "ask", "deny"]))
def test_a_pattern_reads_as_the_entry_that_it_was_made_from(words: list[str], exact: bool, decision: Any) -> None:
    shell = Shell(tuple(words), exact)
    assert shell_of(decision, pattern_of(decision, shell)) == shell


def test_the_names_in_this_file_are_those_of_the_catalogue() -> None:
    assert set(CLIENTS) == BY_NAME.keys()
    assert name_of(EntityId("mcp/x")) == "x"
