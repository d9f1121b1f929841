"""Servers that claude keeps for one folder in `~/.claude.json`: a project's are a target of their own, for this machine alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.command_line import CommandLine
from tests.scenarios.test_projects_shared_files import add

TOKEN = "fake-" + "not-a-secret-" + "local"
LOCAL = {"command": "example-mcp-server", "args": ["--quiet"], "env": {"API_TOKEN": TOKEN}}


@pytest.fixture
def folder(adopted: CommandLine) -> Path:
    """A folder with a server of claude's local scope, and one that its project has for all."""
    folder = adopted.path("src/shop")
    folder.mkdir(parents=True)
    (folder / ".mcp.json").write_text('{"mcpServers": {"for-all": {"command": "example-mcp-server"}}}')
    with_local(adopted, folder, {"mine": LOCAL})
    return folder


@pytest.fixture
def shop(adopted: CommandLine, folder: Path) -> Path:
    """The same, registered for two clients."""
    add(adopted, folder, "claude", "codex")
    return folder


def with_local(machine: CommandLine, folder: Path, servers: dict[str, Any]) -> None:
    value = json.loads(machine.path(".claude.json").read_text())
    value.setdefault("projects", {}).setdefault(str(folder), {"hasTrustDialogAccepted": True, "lastCost": 0.5})["mcpServers"] = servers
    machine.path(".claude.json").write_text(json.dumps(value, indent=2))


def local(machine: CommandLine, folder: Path) -> Any:
    return json.loads(machine.path(".claude.json").read_text())["projects"][str(folder)]["mcpServers"]


def tree(machine: CommandLine, name: str = "mine") -> str:
    """Where the repository keeps it."""
    here = machine("clients", "--json").data["targets"][0]["id"].split("/")[0]
    return f"projects/shop/overlays/machine/{here}/local/claude/mcp/{name}.yaml"


def files_of_main(machine: CommandLine) -> list[str]:
    return machine.git("ls-tree", "-r", "--name-only", "main").splitlines()


def target(machine: CommandLine) -> dict[str, Any]:
    found: dict[str, Any] = next(t for t in machine("sync", "--json").data["targets"] if t["id"].endswith("/claude/local:shop"))
    return found


# ---------------------------------------------------------------- taken up, and nobody else's


def test_of_a_folder_that_is_no_project_it_is_shown_with_how_to_have_it_in_the_repository(adopted: CommandLine, folder: Path) -> None:
    assert {"client": "claude", "folder": str(folder), "entity": "mcp/mine"} in adopted("clients", "--json").data["as_found"]
    out = adopted("clients").out
    assert f"as found, not synced: mcp/mine of claude for {folder}" in out
    assert f"reconciler clients add claude --project {folder}\n" in out


def test_adding_the_project_takes_it_into_a_tree_of_this_machine_and_client(adopted: CommandLine, folder: Path) -> None:
    before = adopted.path(".claude.json").read_bytes()
    add(adopted, folder, "claude", "codex")
    assert "command: example-mcp-server" in adopted.git("show", f"main:{tree(adopted)}")
    assert adopted.path(".claude.json").read_bytes() == before
    assert not [one for one in adopted("clients", "--json").data["as_found"] if one["folder"] == str(folder)]


def test_it_reaches_no_file_of_the_project_and_no_other_client(adopted: CommandLine, shop: Path) -> None:
    adopted("sync")
    assert [p for p in files_of_main(adopted) if p.endswith("/mine.yaml")] == [tree(adopted)]
    holding = [p for p, data in adopted.bytes_below().items() if b"mine" in data and p.startswith(("src/", ".codex/", ".qwen/", ".rovodev/"))]
    assert holding == []


def test_its_secret_is_in_the_vault_and_nowhere_else(adopted: CommandLine, shop: Path) -> None:
    assert "${secret:local.shop.mine.env.API_TOKEN}" in adopted.git("show", f"main:{tree(adopted)}")
    assert [s["name"] for s in adopted("secrets", "list", "--json").data if "mine" in str(s)] == ["local.shop.mine.env.API_TOKEN"]
    assert TOKEN not in "".join(adopted.heard) + adopted.git("log", "-p", "--all")


# ---------------------------------------------------------------- both ways


def test_an_edit_of_it_is_captured_into_its_tree(adopted: CommandLine, shop: Path) -> None:
    with_local(adopted, shop, {"mine": {**LOCAL, "args": ["--loud"]}})
    assert target(adopted)["outcome"] == "captured"
    assert "--loud" in adopted.git("show", f"main:{tree(adopted)}")
    assert target(adopted)["outcome"] == "unchanged"


def test_one_that_claude_adds_there_later_is_captured_and_one_that_it_removes_goes(adopted: CommandLine, shop: Path) -> None:
    with_local(adopted, shop, {"later": {"type": "stdio", "command": "/opt/tools/server", "args": [], "env": {}}})
    assert target(adopted)["outcome"] == "captured"
    assert tree(adopted, "later") in files_of_main(adopted)
    assert tree(adopted) not in files_of_main(adopted)


def test_a_commit_to_its_tree_is_written_beside_what_is_not_ours_with_its_secret(adopted: CommandLine, shop: Path) -> None:
    text = adopted.git("show", f"main:{tree(adopted)}").replace("--quiet", "--loud")
    shared = (shop / ".mcp.json").read_bytes()
    before = json.loads(adopted.path(".claude.json").read_text())
    adopted.commit({tree(adopted): text, tree(adopted, "fresh"): "command: example-mcp-server\n"})
    adopted("sync")
    assert local(adopted, shop)["mine"] == {**LOCAL, "args": ["--loud"]}
    assert local(adopted, shop)["fresh"]["command"] == "example-mcp-server"
    assert (shop / ".mcp.json").read_bytes() == shared
    after = json.loads(adopted.path(".claude.json").read_text())
    before["projects"][str(shop)]["mcpServers"] = after["projects"][str(shop)]["mcpServers"]
    assert after == before


def test_the_users_servers_and_these_change_in_one_file_in_one_pass(adopted: CommandLine, shop: Path) -> None:
    adopted.commit({tree(adopted, "fresh"): "command: example-mcp-server\n", "mcp/everywhere.yaml": "command: example-mcp-server\n"})
    assert adopted("sync").code in (0, 3)
    value = json.loads(adopted.path(".claude.json").read_text())
    assert "everywhere" in value["mcpServers"]
    assert value["projects"][str(shop)]["mcpServers"].keys() == {"mine", "fresh"}
    main, bytes_ = adopted.git("rev-parse", "main"), adopted.path(".claude.json").read_bytes()
    adopted("sync")
    assert (adopted.git("rev-parse", "main"), adopted.path(".claude.json").read_bytes()) == (main, bytes_)


def test_the_projects_server_of_that_name_is_another_one(adopted: CommandLine, shop: Path) -> None:
    adopted.commit({"projects/shop/mcp/mine.yaml": "command: example-other-server\n"})
    adopted("sync")
    assert json.loads((shop / ".mcp.json").read_text())["mcpServers"]["mine"]["command"] == "example-other-server"
    assert local(adopted, shop)["mine"] == LOCAL


def test_a_revert_takes_the_edit_back(adopted: CommandLine, shop: Path) -> None:
    with_local(adopted, shop, {"mine": {**LOCAL, "args": ["--loud"]}})
    adopted("sync")
    assert adopted("revert", adopted.git("rev-parse", "main").strip()).code in (0, 3)
    assert local(adopted, shop)["mine"] == LOCAL


def test_restore_puts_these_servers_back_and_leaves_the_users(adopted: CommandLine, shop: Path) -> None:
    adopted.commit({tree(adopted, "fresh"): "command: example-mcp-server\n", "mcp/everywhere.yaml": "command: example-mcp-server\n"})
    adopted("sync")
    assert adopted("restore", "claude/local:shop").code in (0, 3)
    value = json.loads(adopted.path(".claude.json").read_text())
    assert value["projects"][str(shop)]["mcpServers"].keys() == {"mine"}
    assert "everywhere" in value["mcpServers"]


def test_two_edits_of_one_argument_are_a_conflict_and_nothing_is_lost(adopted: CommandLine, shop: Path) -> None:
    text = adopted.git("show", f"main:{tree(adopted)}")
    adopted.commit({tree(adopted): text.replace("--quiet", "--theirs")})
    with_local(adopted, shop, {"mine": {**LOCAL, "args": ["--ours"]}})
    assert target(adopted)["outcome"] == "conflict"
    assert local(adopted, shop)["mine"]["args"] == ["--ours"]
    (waiting,) = adopted("conflicts", "--json").data
    assert adopted("resolve", waiting["id"], "--take", "central").code in (0, 3)
    assert local(adopted, shop)["mine"]["args"] == ["--theirs"]


# ---------------------------------------------------------------- shared by a person alone


def test_share_gives_it_to_all_who_have_the_project(adopted: CommandLine, shop: Path) -> None:
    with_local(adopted, shop, {"plain": {"command": "example-mcp-server"}})
    adopted("sync")
    assert adopted("share", "mcp/plain", "--local", "shop", "--yes").code in (0, 3)
    assert "projects/shop/mcp/plain.yaml" in files_of_main(adopted)
    assert tree(adopted, "plain") not in files_of_main(adopted)
    assert local(adopted, shop) == {}
    assert "plain" in json.loads((shop / ".mcp.json").read_text())["mcpServers"]
    assert "plain" in (shop / ".codex/config.toml").read_text()


def test_one_with_a_secret_is_not_shared(adopted: CommandLine, shop: Path) -> None:
    said = adopted("share", "mcp/mine", "--local", "shop", "--yes")
    assert said.code == 1
    assert "a project's files are given no secret (local.shop.mine.env.API_TOKEN)" in said.err
    assert local(adopted, shop)["mine"] == LOCAL


def test_what_is_not_there_cannot_be_shared(adopted: CommandLine, shop: Path) -> None:
    assert "no client keeps it on" in adopted("share", "mcp/for-all", "--local", "shop").err
    assert adopted("share", "mcp/mine", "--local", "shop", "--project", "shop").code == 2


# ---------------------------------------------------------------- bad input


def test_a_folder_that_moved_stalls_it_and_its_servers_stay(adopted: CommandLine, shop: Path) -> None:
    before = adopted.path(".claude.json").read_bytes()
    shutil.move(shop, shop.with_name("moved"))
    assert target(adopted)["outcome"] == "stalled"
    assert adopted.path(".claude.json").read_bytes() == before
    assert tree(adopted) in files_of_main(adopted)


def test_a_commit_that_names_a_folder_nobody_added_here_writes_nothing_for_it(adopted: CommandLine, folder: Path) -> None:
    here = adopted("clients", "--json").data["targets"][0]["id"].split("/")[0]
    machine = adopted.git("show", f"main:machines/{here}.yaml")
    added = machine.replace("targets:\n", "targets:\n  claude/local:shop: {mode: sync}\n") + f"projects:\n  shop: {{folder: {folder}}}\n"
    adopted.commit({f"machines/{here}.yaml": added, tree(adopted, "sent"): "command: example-mcp-server\n"})
    assert target(adopted)["outcome"] == "stalled"
    assert local(adopted, folder) == {"mine": LOCAL}


def test_a_rule_in_its_tree_has_no_place_and_that_is_said(adopted: CommandLine, shop: Path) -> None:
    rule = tree(adopted).replace("/mcp/mine.yaml", "/rules/style.md")
    adopted.commit({rule: "Short lines.\n"})
    assert [(d["entity"], d["kind"]) for d in target(adopted)["dropped"]] == [("rules/style", "lost")]


def test_an_entry_that_makes_no_sense_is_left_alone_and_named(adopted: CommandLine, shop: Path) -> None:
    with_local(adopted, shop, {"mine": LOCAL, "odd": ["not", "a", "server"]})
    problems = [p["reason"] for p in target(adopted)["problems"]]
    assert [p for p in problems if "odd" in p and TOKEN not in p]
    assert local(adopted, shop)["odd"] == ["not", "a", "server"]


@pytest.mark.parametrize("how", ["--keep", "--restore"])
def test_removing_the_target_leaves_the_users_own_servers(adopted: CommandLine, shop: Path, how: str) -> None:
    adopted.commit({tree(adopted, "fresh"): "command: example-mcp-server\n"})
    adopted("sync")
    assert adopted("remove", "claude/local:shop", how).code == 0
    assert local(adopted, shop).keys() == {"mine", "fresh"} - ({"fresh"} if how == "--restore" else set())
    assert not [t for t in adopted("clients", "--json").data["targets"] if t["scope"] == "local:shop"]
    assert {"client": "claude", "folder": str(shop), "entity": "mcp/mine"} in adopted("clients", "--json").data["as_found"]


def test_it_is_found_by_the_real_path_of_the_folder(adopted: CommandLine, folder: Path) -> None:
    """Claude writes the real path, whatever way its user came by."""
    link = adopted.path("by-link")
    link.symlink_to(folder)
    assert adopted("clients", "add", "claude", "--project", str(link), "--name", "shop", "--yes").code in (0, 3)
    assert tree(adopted) in files_of_main(adopted)


def test_doctor_names_the_file_when_others_can_read_its_secret(adopted: CommandLine, shop: Path) -> None:
    value = json.loads(adopted.path(".claude.json").read_text())
    adopted.path(".claude.json").write_text(json.dumps({**value, "mcpServers": {}}))
    adopted.path(".claude.json").chmod(0o644)
    assert f"chmod 600 '{adopted.path('.claude.json')}'" in adopted("doctor").out
    adopted("doctor", "--fix")
    assert adopted.path(".claude.json").stat().st_mode & 0o777 == 0o600


def test_a_checkout_with_such_a_tree_validates_and_the_plan_names_its_target(adopted: CommandLine, shop: Path) -> None:
    checkout = adopted.root / "checkout"
    adopted.git("clone", "-q", str(adopted.repository), str(checkout), at=adopted.root)
    assert adopted("validate", str(checkout)).code == 0
    text = (checkout / tree(adopted)).read_text().replace("--quiet", "--loud")
    (checkout / tree(adopted)).write_text(text)
    out = adopted("plan", str(checkout)).out
    assert "claude/local:shop" in out
    assert "--loud" in out
    assert TOKEN not in out
