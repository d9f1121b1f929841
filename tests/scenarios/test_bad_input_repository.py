"""Commits by plain git that do not validate never reach a client; the last good version stays in force."""

from __future__ import annotations

import pytest

from tests.scenarios.command_line import CommandLine
from tests.scenarios.test_bad_input_files import SERVERS, having_fresh, with_fresh_server

BAD = {
    "an unknown key": ("mcp/new.yaml", "comand: npx\n", 1, "did you mean command"),
    "an unknown key far down": ("mcp/new.yaml", "command: npx\nargs: [a]\nevn: {A: b}\n", 3, "did you mean env"),
    "a wrong type": ("mcp/new.yaml", "command: npx\nargs: a b\n", 2, ""),
    "no YAML": ("mcp/new.yaml", "command: [npx\n", 2, ""),
    "a key twice": ("mcp/new.yaml", "command: a\ncommand: b\n", 2, ""),
    "an unknown setting": ("reconciler.yaml", "schema: 1\npolicy: []\n", 2, "did you mean policies"),
    "front matter": ("rules/new.md", "---\ndescripton: x\n---\ntext\n", 2, "did you mean description"),
    "tools": ("tools/new.yaml", "alow:\n  - shell: [ls]\n", 1, "did you mean allow"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_commit_that_does_not_validate_is_told_with_its_place_and_changes_no_file(adopted: CommandLine, what: str) -> None:
    before = adopted.bytes_below()
    path, text, line, hint = BAD[what]
    adopted.commit({path: text, "mcp/good.yaml": "command: example-mcp-server\n"})
    said = adopted("sync", "--json")
    assert adopted.bytes_below() == before
    problem = said.data["targets"][0]["problems"][0]
    assert said.code == 1
    assert (problem["file"], problem["line"]) == (path, line)
    assert hint in problem["reason"] + problem["advice"]


def test_the_head_in_force_is_the_last_good_one(adopted: CommandLine) -> None:
    good = adopted.git("rev-parse", "main").strip()
    adopted.commit({"mcp/new.yaml": "comand: npx\n"})
    assert adopted("sync", "--json").data["head"] == good


def test_status_says_that_main_does_not_validate(adopted: CommandLine) -> None:
    adopted.commit({"mcp/new.yaml": "comand: npx\n"})
    said = adopted("status", "--json")
    found = [c for t in said.data["targets"] for c in t["conditions"] if c["reason"] == "InvalidRepository" and c["type"] == "Stalled"]
    assert said.code == 1
    assert len(found) == 4
    assert "mcp/new.yaml:1" in found[0]["message"]


def test_the_text_of_sync_says_it_once(adopted: CommandLine) -> None:
    adopted.commit({"mcp/new.yaml": "comand: npx\n"})
    assert adopted("sync").out.count("mcp/new.yaml:1:1: unknown key comand; did you mean command") == 1


def test_a_commit_that_mends_it_lands_with_what_was_captured_meanwhile(adopted: CommandLine) -> None:
    adopted.commit({"mcp/new.yaml": "comand: example-mcp-server\n"})
    with_fresh_server(adopted, "claude")
    adopted("sync")
    assert having_fresh(adopted) == ["qwen"]
    adopted.commit({"mcp/new.yaml": "command: example-mcp-server\n"})
    adopted("sync")
    assert having_fresh(adopted) == list(SERVERS)
    assert b"mcp_servers.new]" in adopted.path(".codex/config.toml").read_bytes()


def test_validate_finds_in_a_checkout_what_sync_would_refuse(adopted: CommandLine) -> None:
    adopted.commit({"mcp/new.yaml": "comand: npx\n"})
    said = adopted("validate", str(adopted.root / "clone"), "--json")
    assert said.code == 1
    assert [(p["file"], p["line"]) for p in said.data] == [("mcp/new.yaml", 1)]


def test_the_sound_repository_validates(adopted: CommandLine) -> None:
    adopted.commit({"mcp/new.yaml": "command: example-mcp-server\n"})
    assert adopted("validate", str(adopted.root / "clone")).code == 0
