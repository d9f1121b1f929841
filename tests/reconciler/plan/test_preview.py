"""A client's files from its share of a config alone: what is shown to people, and what never is."""

from __future__ import annotations

import pytest

from reconciler.adapters.claude import CLAUDE
from reconciler.all_adapters import CATALOGUE
from reconciler.mapping.adapter import Adapter
from reconciler.model.fields import Config, flat
from reconciler.model.names import EntityId
from reconciler.plan.preview import file_diffs, preview

TOKEN = "ghp_" + "a1B2" * 9


def config(**servers: dict[str, object]) -> Config:
    return {EntityId(f"mcp/{name}"): flat("mcp", {"transport": "stdio", **value}) for name, value in servers.items()}


def text(adapter: Adapter, held: Config) -> str:
    return "".join(preview(adapter, held).files.values())


@pytest.mark.parametrize("adapter", CATALOGUE, ids=lambda a: a.client)
def test_each_client_shows_a_server_in_its_own_words(adapter: Adapter) -> None:
    assert "example-mcp-server" in text(adapter, config(one={"command": "example-mcp-server"}))


@pytest.mark.parametrize("adapter", CATALOGUE, ids=lambda a: a.client)
def test_nothing_makes_no_file(adapter: Adapter) -> None:
    assert preview(adapter, {}).files == {}


@pytest.mark.parametrize("adapter", CATALOGUE, ids=lambda a: a.client)
def test_secrets_and_home_are_placeholders(adapter: Adapter) -> None:
    shown = text(adapter, config(one={"command": "${home}/bin/x", "env": {"API_TOKEN": "${secret:one.env.API_TOKEN}"}}))
    assert "~/bin/x" in shown
    assert "<secret one.env.API_TOKEN>" in shown


@pytest.mark.parametrize("adapter", CATALOGUE, ids=lambda a: a.client)
def test_a_secret_in_clear_is_not_shown(adapter: Adapter) -> None:
    held = config(one={"command": "x", "args": ["--token", TOKEN], "env": {"API_TOKEN": TOKEN}})
    rule = {EntityId("rules/r"): flat("rules", {"body": f"use {TOKEN}\n"})}
    found = preview(adapter, {**held, **rule})
    assert TOKEN not in repr(found)
    assert "rules/r" in found.left_out[0]


def test_characters_that_nobody_sees_are_written_out() -> None:
    shown = text(CLAUDE, {EntityId("rules/r"): flat("rules", {"body": "safe\u202etext\u200b\n"})})
    assert "safe⟨U+202E RIGHT-TO-LEFT OVERRIDE⟩text⟨U+200B ZERO WIDTH SPACE⟩" in shown


def test_a_diff_names_the_file_and_has_only_the_lines_that_change() -> None:
    before, after = (preview(CLAUDE, config(one={"command": "x", "args": [arg]}, two={"command": "y"})) for arg in ("a", "b"))
    lines = file_diffs(before, after)["~/.claude.json".removeprefix("~/")].splitlines()  # type: ignore[index]  # a path is text
    assert lines[:2] == ["--- ~/.claude.json", "+++ ~/.claude.json"]
    assert [line for line in lines[2:] if line[0] in "+-"] == ['-        "a"', '+        "b"']


def test_a_file_that_is_new_or_goes_is_compared_with_nothing() -> None:
    full = preview(CLAUDE, config(one={"command": "x"}))
    none = preview(CLAUDE, {})
    assert file_diffs(none, full, "shop")[next(iter(full.files))].startswith("--- /dev/null\n+++ shop/.claude.json\n")
    assert "+++ /dev/null" in file_diffs(full, none)[next(iter(full.files))]
    assert file_diffs(full, full) == {}
