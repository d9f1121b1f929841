"""`share --project` and `keep-local --project`: an entity goes from a project to the user's scope, and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine
from tests.scenarios.test_projects_shared_files import add

SERVER = "# Ask Kim.\ncommand: example-mcp-server\n"
OVERLAY = "args: [--quiet]\n"
USERS = {"claude": ".claude.json", "codex": ".codex/config.toml", "qwen": ".qwen/settings.json", "acli": ".rovodev/mcp.json"}
IN_PROJECT = (".mcp.json", ".codex/config.toml")


@pytest.fixture
def shop(adopted: CommandLine) -> Path:
    """A project of claude and codex with a server, an overlay on it, a rule and an entry."""
    folder = adopted.path("src/shop")
    folder.mkdir(parents=True)
    (folder / ".mcp.json").write_text('{"mcpServers": {}}')
    (folder / "AGENTS.md").write_text("Own words.\n")
    add(adopted, folder, "claude", "codex")
    below = {"mcp/find.yaml": SERVER, "overlays/client/codex/mcp/find.yaml": OVERLAY, "rules/style.md": "Short lines.\n", "tools/default.yaml": "deny:\n  - shell: [shred, -u]\n"}
    adopted.commit({f"projects/shop/{path}": text for path, text in below.items()})
    adopted("sync")
    return folder


def having(machine: CommandLine, text: str = "example-mcp-server") -> list[str]:
    return [client for client, path in USERS.items() if text in machine.path(path).read_text()]


def files(machine: CommandLine, name: str) -> list[str]:
    return [p for p in machine.git("ls-tree", "-r", "--name-only", "main").split() if p.endswith(name)]


def held(machine: CommandLine) -> list[str]:
    """Every file with its content; a list of tools is written anew."""
    rows = machine.git("ls-tree", "-r", "main").splitlines()
    return [row.split()[-1] if row.endswith("/tools/default.yaml") else row for row in rows]


def test_shared_by_a_project_everybody_has_it_with_its_overlays_and_comments(adopted: CommandLine, shop: Path) -> None:
    before = having(adopted, '"find"') + having(adopted, "mcp_servers.find")
    said = adopted("share", "mcp/find", "--project", "shop", "--yes", "--json")
    assert before == []
    assert said.data["moved"] == [{"entity": "mcp/find", "from": "projects/shop", "to": "", "warning": None}]
    assert files(adopted, "find.yaml") == ["mcp/find.yaml", "overlays/client/codex/mcp/find.yaml"]
    assert adopted.git("show", "main:mcp/find.yaml") == SERVER
    assert having(adopted, '"find"') + having(adopted, "mcp_servers.find") == ["claude", "qwen", "acli", "codex"]
    assert having(adopted, "--quiet") == ["codex"]
    assert not any("find" in (shop / name).read_text() for name in IN_PROJECT)


def test_there_and_back_is_as_it_was(adopted: CommandLine, shop: Path) -> None:
    before, tree = adopted.bytes_below(), held(adopted)
    adopted("share", "mcp/find", "rules/style", "tools/deny shell:shred -u", "--project", "shop", "--yes")
    assert adopted.bytes_below() != before
    assert adopted("keep-local", "mcp/find", "rules/style", "tools/deny shell:shred -u", "--project", "shop", "--yes").code in (0, 3)
    assert held(adopted) == tree
    assert all("find" in (shop / name).read_text() for name in IN_PROJECT)
    assert "Short lines." in (shop / "AGENTS.md").read_text()
    assert json.loads(adopted.path(".claude.json").read_text()) == json.loads(before[".claude.json"])


def test_the_dry_run_says_who_gets_and_loses_it_and_writes_nothing(adopted: CommandLine, shop: Path) -> None:
    before, main = adopted.bytes_below(), adopted.git("rev-parse", "main")
    rows = adopted("share", "mcp/find", "--project", "shop", "--dry-run", "--json").data["changes"]
    gets = {row["target"].split("/", 1)[1]: row["after"] is not None for row in rows}
    assert gets == {"claude/project:shop": False, "codex/project:shop": False, **{f"{client}/user": True for client in USERS}}
    assert (adopted.bytes_below(), adopted.git("rev-parse", "main")) == (before, main)


REFUSED = {
    "a secret": (("keep-local", "mcp/keyed", "--project", "shop"), "a project's files are given no secret (key); put a variable there"),
    "a name that is there": (("share", "mcp/twice", "--project", "shop"), "the user's scope has one of this name already"),
    "the same the other way": (("keep-local", "mcp/twice", "--project", "shop"), "the project shop has one of this name already"),
    "an own text": (("share", "rules/agents-memory", "--project", "shop"), "own text of a client's file"),
    "no such project": (("share", "mcp/find", "--project", "shopp"), "there is no such project; there are: shop"),
    "no such entity": (("share", "mcp/fnd", "--project", "shop"), "there is no such entity in the project shop; did you mean mcp/find?"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_cross_is_said_and_changes_nothing(adopted: CommandLine, shop: Path, what: str) -> None:
    adopted.commit({"mcp/keyed.yaml": "command: x\nenv: {KEY: '${secret:key}'}\n", "mcp/twice.yaml": SERVER, "projects/shop/mcp/twice.yaml": SERVER})
    words, says = REFUSED[what]
    main = adopted.git("rev-parse", "main")
    said = adopted(*words)
    assert (said.code, says in said.err, said.has_traceback) == (1, True, False), said.err
    assert adopted.git("rev-parse", "main") == main


def test_a_shell_is_offered_the_names_of_projects(adopted: CommandLine, shop: Path) -> None:
    words = "reconciler share mcp/find --project s"
    said = adopted(environ={"_RECONCILER_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)})
    assert (said.out.split(), said.err) == (["shop"], "")


def test_a_project_takes_all_layers_along(adopted: CommandLine, shop: Path) -> None:
    said = adopted("share", "mcp/find", "--project", "shop", "--client", "codex")
    assert (said.code, "leave --client and --machine out" in said.err) == (2, True)
