"""A project: its folder's files are kept in step with each other, and with nothing else."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.command_line import CommandLine

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def shop(adopted: CommandLine) -> Path:
    """A project's folder with what claude and codex wrote there; nobody has added it."""
    folder = adopted.path("src/shop")
    shutil.copytree(GOLDEN / "claude/project", folder)
    shutil.copy(GOLDEN / "codex/project/AGENTS.md", folder)
    return folder


def add(machine: CommandLine, client: str, folder: Path, *words: str) -> dict[str, Any]:
    said = machine("clients", "add", client, "--project", str(folder), "--yes", *words, "--json")
    assert said.code in (0, 3), said.err
    data: dict[str, Any] = said.data
    return data


def main_files(machine: CommandLine, below: str = "projects/") -> list[str]:
    names = machine.git("ls-tree", "-r", "--name-only", "main").split()
    return [n for n in names if n.startswith(below) and not n.endswith(".gitkeep")]


def servers(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / ".mcp.json").read_text())["mcpServers"])


def test_adding_shows_the_plan_and_writes_nothing(adopted: CommandLine, shop: Path) -> None:
    before, main = adopted.bytes_below(), adopted.git("rev-parse", "main")
    said = adopted("clients", "add", "claude", "--project", str(shop))
    assert "2 mcp" in said.out
    assert "To accept this plan: reconciler clients add claude" in said.out
    assert "reconciler clients add codex" in said.out  # it has files there too
    assert (adopted.bytes_below(), adopted.git("rev-parse", "main")) == (before, main)


def test_a_project_is_adopted_into_its_own_tree_without_a_change_to_its_files(adopted: CommandLine, shop: Path) -> None:
    before = adopted.bytes_below("src")
    add(adopted, "claude", shop)
    assert adopted.bytes_below("src") == before
    assert {"projects/shop/mcp/projfiles.yaml", "projects/shop/overlays/client/claude/rules/claude-memory.md"} <= set(main_files(adopted))
    assert "folder: ${home}/src/shop" in adopted.git("show", "main:machines/" + adopted.machine_file)


def test_what_a_project_holds_reaches_its_clients_and_nobody_else(adopted: CommandLine, shop: Path) -> None:
    users = {p: d for p, d in adopted.bytes_below().items() if not p.startswith("src/")}
    add(adopted, "claude", shop)
    add(adopted, "codex", shop)
    adopted("sync")
    assert tomllib.loads((shop / ".codex/config.toml").read_text())["mcp_servers"]["projdocs"] == {"url": "https://p.example.invalid/mcp", "enabled": False}
    assert {p: d for p, d in adopted.bytes_below().items() if not p.startswith("src/")} == users


def test_what_the_user_shares_does_not_reach_a_project(adopted: CommandLine, shop: Path) -> None:
    add(adopted, "claude", shop)
    adopted.commit({"mcp/everywhere.yaml": "command: example-mcp-server\n", "rules/style.md": "Short lines.\n"})
    adopted("sync")
    assert "everywhere" in adopted.path(".claude.json").read_text()
    assert sorted(servers(shop)) == ["projdocs", "projfiles"]
    assert not (shop / ".claude/rules").exists()


def test_an_edit_in_one_client_of_a_project_reaches_the_other(adopted: CommandLine, shop: Path) -> None:
    add(adopted, "claude", shop)
    add(adopted, "codex", shop)
    place = shop / ".codex/config.toml"
    place.write_text(place.read_text() + '\n[mcp_servers.fresh]\ncommand = "example-mcp-server"\n')
    adopted("sync")
    assert servers(shop)["fresh"] == {"type": "stdio", "command": "example-mcp-server", "args": [], "env": {}}
    assert "projects/shop/mcp/fresh.yaml" in main_files(adopted)
    assert adopted("sync", "--json").data["targets"][-1]["outcome"] == "unchanged"


def test_a_rule_by_commit_becomes_a_file_for_claude_and_a_section_for_codex(adopted: CommandLine, shop: Path) -> None:
    add(adopted, "claude", shop)
    add(adopted, "codex", shop)
    own = (shop / "AGENTS.md").read_text()
    adopted.commit({"projects/shop/rules/style.md": "Short lines.\n"})
    adopted("sync")
    assert (shop / ".claude/rules/style.md").read_text() == "Short lines.\n"
    assert (shop / "AGENTS.md").read_text().startswith(own)
    assert "<!-- reconciler:rule style -->\nShort lines.\n" in (shop / "AGENTS.md").read_text()


def test_a_section_that_a_person_edits_in_agents_md_is_captured_into_its_rule(adopted: CommandLine, shop: Path) -> None:
    add(adopted, "claude", shop)
    add(adopted, "codex", shop)
    adopted.commit({"projects/shop/rules/style.md": "Short lines.\n"})
    adopted("sync")
    (shop / "AGENTS.md").write_text((shop / "AGENTS.md").read_text().replace("Short lines.", "Shorter lines."))
    adopted("sync")
    assert (shop / ".claude/rules/style.md").read_text() == "Shorter lines.\n"
    assert adopted.git("show", "main:projects/shop/rules/style.md") == "Shorter lines.\n"


def test_restore_puts_back_what_a_project_held(adopted: CommandLine, shop: Path) -> None:
    add(adopted, "claude", shop)
    before = (shop / ".mcp.json").read_bytes()
    adopted.commit({"projects/shop/mcp/fresh.yaml": "command: example-mcp-server\n"})
    adopted("sync")
    assert (shop / ".mcp.json").read_bytes() != before
    assert adopted("restore", "claude/project:shop").code == 0
    assert (shop / ".mcp.json").read_bytes() == before


def test_a_conflict_in_a_project_holds_nothing_back_elsewhere(adopted: CommandLine, shop: Path) -> None:
    (shop / ".codex").mkdir()
    (shop / ".codex/config.toml").write_text('[mcp_servers.projfiles]\ncommand = "other"\n')
    add(adopted, "claude", shop)
    data = add(adopted, "codex", shop)
    assert [c["entity"] for c in data["conflicts"]] == ["mcp/projfiles"]
    waits = {t["id"].split("/", 1)[1]: [d for d in t["dropped"] if d["kind"] in ("pending", "conflict")] for t in adopted("sync", "--json").data["targets"]}
    assert [d["kind"] for d in waits["codex/project:shop"]] == ["conflict"]
    assert not any(waits[f"{c}/user"] for c in ("claude", "codex", "qwen", "acli"))


def test_new_files_of_a_project_are_for_everybody_who_works_on_it(adopted: CommandLine, shop: Path) -> None:
    add(adopted, "claude", shop)
    add(adopted, "codex", shop)
    assert (shop / ".codex/config.toml").stat().st_mode & 0o777 == 0o644


def test_texts_in_folders_below_are_shown_as_found_and_never_written(adopted: CommandLine, shop: Path) -> None:
    for name in ("web/AGENTS.md", "node_modules/x/AGENTS.md", "web/CLAUDE.md"):
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).write_text("Nested.\n")
    add(adopted, "codex", shop)
    data = add(adopted, "claude", shop)
    found = [(f["client"], f["entity"], f["folder"]) for f in data["as_found"] if f["folder"].startswith(str(shop))]
    assert found == [("codex", "AGENTS.md", str(shop / "web")), ("claude", "CLAUDE.md", str(shop / "web"))]
    adopted.commit({"projects/shop/rules/style.md": "Short lines.\n"})
    adopted("sync")
    assert (shop / "web/AGENTS.md").read_text() == "Nested.\n"
