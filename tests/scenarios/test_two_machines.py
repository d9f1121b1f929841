"""Two machines, each with a home of its own: joining a repository, and working in one that both reach on one disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.command_line import CommandLine, Forks, with_samples

CLIENTS = ("claude", "codex", "qwen", "acli")
TOKEN = "fake-" + "not-a-secret-"


@pytest.fixture
def second(forks: Forks, tmp_path: Path) -> CommandLine:
    """Another machine, as its user left it."""
    machine = CommandLine(forks, tmp_path / "second")
    machine.root.mkdir()
    with_samples(machine.home)
    return machine


@pytest.fixture
def sharing(adopted: CommandLine, second: CommandLine) -> CommandLine:
    """The second machine works in the first one's repository."""
    second.state.mkdir(mode=0o700)
    (second.state / "repository.git").symlink_to(adopted.repository)
    with_server(second, "only-here", {"command": "/opt/tools/server"})
    assert second("init", "--machine", "desk", "--yes", "--json").code in (0, 3)
    second("sync")
    return second


def with_server(machine: CommandLine, name: str, entry: dict[str, Any]) -> None:
    path = machine.path(".claude.json")
    value = json.loads(path.read_text())
    value.setdefault("mcpServers", {})[name] = entry
    path.write_text(json.dumps(value, indent=2))


def servers(machine: CommandLine) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(machine.path(".qwen/settings.json").read_text())["mcpServers"]
    return found


def main_files(machine: CommandLine) -> list[str]:
    return machine.git("ls-tree", "-r", "--name-only", "main").splitlines()


# ---------------------------------------------------------------- joining


@pytest.mark.parametrize("how", ["folder", "file address", "checkout"])
def test_a_machine_joins_a_repository_with_a_history(adopted: CommandLine, second: CommandLine, how: str) -> None:
    adopted.commit({"mcp/fresh.yaml": "command: example-mcp-server\n"})
    source = {"folder": str(adopted.repository), "file address": f"file://{adopted.repository}", "checkout": str(adopted.root / "clone")}[how]
    said = second("init", "--from", source, "--machine", "desk", "--yes", "--json")
    assert said.code in (0, 3)
    assert "machines/desk.yaml" in main_files(second)
    assert second.git("log", "--format=%H", "main").split()[-1] == adopted.git("log", "--format=%H", "main").split()[-1]
    assert second.git("config", "remote.origin.url").strip() == source
    assert "fresh" in servers(second)


def test_what_it_has_of_its_own_stays_in_its_overlay(adopted: CommandLine, second: CommandLine) -> None:
    with_server(second, "mine", {"command": "example-mcp-server"})
    second("init", "--from", str(adopted.repository), "--machine", "desk", "--yes")
    assert "overlays/machine/desk/mcp/mine.yaml" in main_files(second)
    assert "mcp/mine.yaml" not in main_files(second)


def test_the_plan_writes_nothing(adopted: CommandLine, second: CommandLine) -> None:
    before = second.bytes_below()
    said = second("init", "--from", str(adopted.repository), "--machine", "desk", "--json")
    assert {t["id"] for t in said.data["targets"]} == {f"desk/{c}/user" for c in CLIENTS}
    assert second.bytes_below() == before
    assert not second.repository.exists()


def test_the_plan_tells_the_command_that_accepts_just_it(adopted: CommandLine, second: CommandLine) -> None:
    words = ("--from", str(adopted.repository), "--machine", "desk", "--prefer", "codex")
    said = second("init", *words)
    assert f"To accept this plan: reconciler init {' '.join(words)} --yes\n" in said.out
    assert second("init").out.endswith("reconciler init --yes\n")


def test_a_name_that_is_taken_is_told_with_a_free_one(adopted: CommandLine, second: CommandLine) -> None:
    name = adopted("status", "--json").data["targets"][0]["id"].split("/")[0]
    before = second.bytes_below()
    said = second("init", "--from", str(adopted.repository), "--machine", name, "--yes")
    assert (said.code, f"--machine {name}-2" in said.err) == (1, True)
    assert second.bytes_below() == before
    assert second("init", "--from", str(adopted.repository), "--machine", f"{name}-2", "--yes").code in (0, 3)


def test_a_name_that_a_machine_holds_on_the_host_is_told_though_its_file_is_not_merged_there(adopted: CommandLine, second: CommandLine, tmp_path: Path) -> None:
    host = tmp_path / "host.git"
    adopted.git("clone", "-q", "--bare", str(adopted.repository), str(host), at=tmp_path)
    adopted.git("update-ref", "refs/machines/desk", "main", at=host)
    said = second("init", "--from", str(host), "--machine", "desk", "--yes")
    assert (said.code, "--machine desk-2" in said.err, "refs/machines/desk" in said.err) == (1, True, True)
    assert not second.repository.exists()
    assert second("init", "--from", str(host), "--machine", "desk-2", "--yes").code in (0, 3)


def test_a_name_is_chosen_once(sharing: CommandLine) -> None:
    said = sharing("init", "--machine", "other", "--yes")
    assert (said.code, "name is desk" in said.err) == (1, True)


BAD: dict[str, tuple[dict[str, str | None], str]] = {
    "a newer schema": ({"reconciler.yaml": "schema: 2\n"}, "newer version"),
    "nonsense in the settings": ({"reconciler.yaml": "schema: 1\npolicys: []\n"}, "did you mean policies"),
    "no YAML": ({"mcp/bad.yaml": "command: [\n"}, "mcp/bad.yaml"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_repository_that_makes_no_sense_is_not_joined(adopted: CommandLine, second: CommandLine, what: str) -> None:
    files, says = BAD[what]
    adopted.commit(files)
    before = second.bytes_below()
    said = second("init", "--from", str(adopted.repository), "--machine", "desk", "--yes")
    assert (said.code, says in said.err, said.has_traceback) == (1, True, False)
    assert second.bytes_below() == before
    assert not second.repository.exists()


@pytest.mark.parametrize("source", ["nowhere", "https://user:" + TOKEN + "@127.0.0.1:1/ai.git", "-oProxyCommand=x", ""])
def test_an_address_that_leads_nowhere_is_one_line_without_credentials(found: CommandLine, source: str) -> None:
    said = found("init", "--from", source, "--yes")
    assert (said.code, said.has_traceback, TOKEN in said.out + said.err) == (1, False, False)
    assert not found.repository.exists()


def test_a_repository_is_not_replaced(adopted: CommandLine) -> None:
    before = adopted.git("for-each-ref")
    assert adopted("init", "--from", str(adopted.repository), "--yes").code == 1
    assert adopted.git("for-each-ref") == before


# ---------------------------------------------------------------- one repository, two homes


def test_a_server_with_a_path_of_one_machine_stays_there(adopted: CommandLine, sharing: CommandLine) -> None:
    adopted("sync")
    assert "overlays/machine/desk/mcp/only-here.yaml" in main_files(sharing)
    assert "only-here" in servers(sharing)
    assert "only-here" not in servers(adopted)


def test_a_change_reaches_the_other_machine_once_it_is_approved(adopted: CommandLine, sharing: CommandLine) -> None:
    with_server(adopted, "fresh", {"command": "example-mcp-server"})
    adopted("sync")
    sharing("sync")
    assert "fresh" not in servers(sharing)
    for held in [i for i in adopted("conflicts").out.splitlines() if i.startswith("held")]:
        adopted("approve", held.split()[1])
    sharing("sync")
    assert ("fresh" in servers(adopted), "fresh" in servers(sharing)) == (True, True)


def test_each_machine_keeps_its_own_token_at_one_place(adopted: CommandLine, sharing: CommandLine) -> None:
    """Approved, the second machine asks for its own value; each client then has its own, and the repository none."""
    with_server(adopted, "tokened", {"command": "example-mcp-server", "env": {"API_TOKEN": TOKEN + "one"}})
    with_server(sharing, "tokened", {"command": "example-mcp-server", "env": {"API_TOKEN": TOKEN + "two"}})
    for _ in range(2):
        adopted("sync")
        for held in [i for i in adopted("conflicts").out.splitlines() if i.startswith("held")]:
            adopted("approve", held.split()[1])
        sharing("sync")
    assert servers(adopted)["tokened"]["env"] == {"API_TOKEN": TOKEN + "one"}
    assert json.loads(sharing.path(".claude.json").read_text())["mcpServers"]["tokened"]["env"] == {"API_TOKEN": TOKEN + "two"}
    assert sharing.git("grep", "-c", "secret:", "main", "--", "mcp/tokened.yaml").strip().endswith(":1")
    assert "one" not in sharing.git("show", "main:mcp/tokened.yaml").replace("tokened", "")


def test_two_machines_that_change_one_field_differently_have_a_conflict(adopted: CommandLine, sharing: CommandLine) -> None:
    adopted.commit({"mcp/shared.yaml": "command: example-mcp-server\nargs: [base]\n"})
    for machine in (adopted, sharing):
        machine("sync")
        for held in [i for i in machine("conflicts").out.splitlines() if i.startswith("held")]:
            machine("approve", held.split()[1])
    for machine, word in ((adopted, "of-one"), (sharing, "of-two")):
        path = machine.path(".qwen/settings.json")
        path.write_text(path.read_text().replace('"base"', f'"{word}"'))
        machine("sync")
        for held in [i for i in machine("conflicts").out.splitlines() if i.startswith("held")]:
            machine("approve", held.split()[1])
    assert servers(adopted)["shared"]["args"] == ["of-one"]
    assert servers(sharing)["shared"]["args"] == ["of-two"]
    (item,) = [i for i in sharing("conflicts", "--json").data if i["entity"] == "mcp/shared"]
    assert (item["target"], item["base"]) == ("desk/qwen/user", ["base"])
    sharing("resolve", item["id"], "--take", "local")
    adopted("sync")
    assert servers(adopted)["shared"]["args"] == ["of-two"]


def test_what_claude_keeps_for_one_folder_stays_on_its_machine_though_both_have_the_project(adopted: CommandLine, sharing: CommandLine) -> None:
    machines = (adopted, sharing)
    for machine, word in zip(machines, ("--of-one", "--of-two"), strict=True):
        folder = machine.path("src/shop")
        folder.mkdir(parents=True)
        (folder / ".mcp.json").write_text('{"mcpServers": {}}')
        value = json.loads(machine.path(".claude.json").read_text())
        value.setdefault("projects", {})[str(folder)] = {"mcpServers": {"mine": {"command": "example-mcp-server", "args": [word], "env": {"API_TOKEN": TOKEN + word}}}}
        machine.path(".claude.json").write_text(json.dumps(value, indent=2))
        assert machine("clients", "add", "claude", "--project", str(folder), "--yes").code in (0, 3)
    before = [machine.path(".claude.json").read_bytes() for machine in machines]
    for machine in (*machines, *machines):
        machine("sync")
    assert [machine.path(".claude.json").read_bytes() for machine in machines] == before
    assert len([path for path in main_files(adopted) if path.startswith("projects/shop/overlays/machine/") and path.endswith("/local/claude/mcp/mine.yaml")]) == 2
    assert TOKEN not in adopted.git("log", "-p", "--all")
