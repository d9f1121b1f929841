"""Folders that cannot be a project, or are one no more: a clear word, and nothing lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.command_line import CommandLine

MCP = '{"mcpServers": {"files": {"command": "example-mcp-server"}}}'


def add(machine: CommandLine, folder: Path, *words: str, client: str = "claude") -> Any:
    return machine("clients", "add", client, "--project", str(folder), "--yes", *words)


@pytest.fixture
def shop(adopted: CommandLine) -> Path:
    """A project, added for claude."""
    folder = made(adopted, "src/shop")
    assert add(adopted, folder).code == 0
    return folder


def made(machine: CommandLine, name: str) -> Path:
    folder = machine.path(name)
    folder.mkdir(parents=True)
    (folder / ".mcp.json").write_text(MCP)
    return folder


def condition(machine: CommandLine, project: str = "shop") -> tuple[str, str]:
    targets = machine("status", "--json").data["targets"]
    first = next(t for t in targets if t["id"].endswith(f":{project}"))["conditions"][-1]
    return f"{first['type']}/{first['reason']}", first["message"]


def tree(machine: CommandLine) -> str:
    return machine.git("ls-tree", "-r", "main", "projects/")


def test_a_folder_that_is_gone_stalls_and_deletes_nothing_on_main(adopted: CommandLine, shop: Path) -> None:
    before = tree(adopted)
    shop.rename(shop.with_name("moved"))
    assert adopted("sync").code == 1
    kind, message = condition(adopted)
    assert kind == "Stalled/ProjectFolder"
    assert "reconciler clients add CLIENT --project FOLDER --name NAME" in message
    assert tree(adopted) == before


def test_a_folder_that_moved_goes_on_where_it_is_now(adopted: CommandLine, shop: Path) -> None:
    moved = shop.rename(shop.with_name("moved"))
    adopted("sync")
    assert add(adopted, moved, "--name", "shop").code == 0
    adopted.commit({"projects/shop/mcp/more.yaml": "command: example-mcp-server\n"})
    assert adopted("sync").code in (0, 3)
    assert "more" in (moved / ".mcp.json").read_text()
    assert adopted.git("show", f"main:machines/{adopted.machine_file}").count("folder:") == 1


@pytest.mark.parametrize("by_link", [False, True])
def test_one_folder_is_one_project(adopted: CommandLine, shop: Path, by_link: bool) -> None:
    place = shop
    if by_link:
        place = adopted.path("link")
        place.symlink_to(shop)
    said = add(adopted, place, "--name", "other")
    assert said.code == 1
    assert "is the project shop already" in said.err
    assert add(adopted, place, client="codex").code == 0
    assert "codex/project:shop" in adopted.git("show", f"main:machines/{adopted.machine_file}")


def test_two_projects_of_one_folder_by_a_commit_stall_the_second(adopted: CommandLine, shop: Path) -> None:
    name = f"machines/{adopted.machine_file}"
    text = adopted.git("show", f"main:{name}")
    text = text.replace("  claude/project:shop:\n", "  codex/project:twin:\n    mode: sync\n  claude/project:shop:\n")
    adopted.commit({name: text.replace("projects:\n", "projects:\n  twin:\n    folder: ${home}/src/shop\n")})
    adopted("sync")
    assert condition(adopted, "twin")[0] == "Stalled/ProjectFolder"
    assert not (shop / ".codex").exists()


def test_a_name_that_is_taken_is_refused(adopted: CommandLine, shop: Path) -> None:
    other = made(adopted, "work/shop")
    said = add(adopted, other)
    assert said.code == 1
    assert "--name" in said.err
    assert add(adopted, other, "--name", "work-shop").code == 0


@pytest.mark.parametrize("name", [".", "..", ".claude", ".claude/rules", ".codex", "no/such/folder", ".claude.json"])
def test_a_folder_that_cannot_be_one_is_refused_with_what_to_do(adopted: CommandLine, name: str) -> None:
    adopted.path(".claude/rules").mkdir(exist_ok=True)
    main = adopted.git("rev-parse", "main")
    said = add(adopted, adopted.path(name))
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert ";" in said.err
    assert adopted.git("rev-parse", "main") == main


def test_links_in_a_circle_are_refused(adopted: CommandLine) -> None:
    adopted.path("a").symlink_to("b")
    adopted.path("b").symlink_to("a")
    said = add(adopted, adopted.path("a"))
    assert (said.code, said.has_traceback) == (1, False)


def test_a_file_whose_link_leads_out_of_the_project_stalls_it_alone(adopted: CommandLine, shop: Path) -> None:
    outside = adopted.path("outside.json")
    outside.write_text(MCP)
    (shop / ".mcp.json").unlink()
    (shop / ".mcp.json").symlink_to(outside)
    outcomes = {t["id"].split("/", 1)[1]: t["outcome"] for t in adopted("sync", "--json").data["targets"]}
    assert outcomes.pop("claude/project:shop") == "stalled"
    assert "stalled" not in outcomes.values()
    assert outside.read_text() == MCP


def test_a_commit_cannot_turn_a_folder_into_a_project(adopted: CommandLine, shop: Path) -> None:
    other = adopted.path("private")
    other.mkdir()
    name = f"machines/{adopted.machine_file}"
    adopted.commit({name: adopted.git("show", f"main:{name}").replace("/src/shop", "/private")})
    adopted("sync")
    assert condition(adopted)[0] == "Stalled/ProjectFolder"
    assert os.listdir(other) == []


def test_a_project_inside_of_another_has_its_own_files(adopted: CommandLine, shop: Path) -> None:
    inner = made(adopted, "src/shop/web")
    assert add(adopted, inner).code == 0
    adopted.commit({"projects/web/mcp/only.yaml": "command: example-mcp-server\n"})
    adopted("sync")
    assert "only" in (inner / ".mcp.json").read_text()
    assert (shop / ".mcp.json").read_text() == MCP


def test_a_folder_that_this_user_cannot_read_stalls_and_loses_nothing(ordinary: CommandLine) -> None:
    folder = made(ordinary, "src/shop")
    if ordinary.user:
        for path in (folder.parent, folder, folder / ".mcp.json"):
            os.chown(path, ordinary.user, ordinary.user)
    assert add(ordinary, folder).code == 0
    before = tree(ordinary)
    folder.chmod(0)
    assert ordinary("sync").code == 1
    assert condition(ordinary)[0] == "Stalled/ProjectFolder"
    folder.chmod(0o755)
    assert tree(ordinary) == before
    assert ordinary("sync").code in (0, 3)


def test_a_file_that_belongs_to_somebody_else_is_read_and_not_written(ordinary: CommandLine) -> None:
    folder = made(ordinary, "src/shop")
    if not ordinary.user:
        (folder / ".mcp.json").chmod(0o444)  # an ordinary user cannot give a file away
    else:
        for path in (folder.parent, folder):
            os.chown(path, ordinary.user, ordinary.user)
        (folder / ".mcp.json").chmod(0o644)
    assert [add(ordinary, folder, client=c).code for c in ("claude", "codex")] == [0, 0]
    config = folder / ".codex/config.toml"
    config.write_text(config.read_text() + '\n[mcp_servers.more]\ncommand = "example-mcp-server"\n')
    target = next(t for t in ordinary("sync", "--json").data["targets"] if t["id"].endswith("/claude/project:shop"))
    assert target["outcome"] == "stalled"
    assert "read-only" in target["problems"][0]["reason"]
    assert (folder / ".mcp.json").read_text() == MCP


def test_one_target_of_a_project_is_suspended_by_its_name(adopted: CommandLine, shop: Path) -> None:
    assert adopted("suspend", "claude/project:shop", "--reason", "a trial").code == 0
    adopted.commit({"projects/shop/mcp/more.yaml": "command: example-mcp-server\n", "mcp/for-all.yaml": "command: example-mcp-server\n"})
    adopted("sync")
    assert (shop / ".mcp.json").read_text() == MCP
    assert "for-all" in adopted.path(".claude.json").read_text()
    adopted("enable", "claude/project:shop")
    assert "more" in (shop / ".mcp.json").read_text()
