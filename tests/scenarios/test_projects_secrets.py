"""A project's files are read by others: no secret is written into them, and one that stands there goes nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenarios.command_line import CommandLine

TOKEN = "ghp_" + "".join(chr(97 + (i * 7) % 26) for i in range(36))
OTHER = "ghp_" + "".join(chr(97 + (i * 11) % 26) for i in range(36))


def mcp_json(token: str, *args: str) -> str:
    server = {"command": "example-mcp-server", **({"args": list(args)} if args else {}), "env": {"API_TOKEN": token}}
    return json.dumps({"mcpServers": {"tokened": server}}, indent=2)


@pytest.fixture
def shop(adopted: CommandLine) -> Path:
    """A project added for claude and codex; a person wrote a token into its `.mcp.json`."""
    folder = adopted.path("src/shop")
    folder.mkdir(parents=True)
    (folder / ".mcp.json").write_text(mcp_json(TOKEN))
    for client in ("claude", "codex"):
        assert adopted("clients", "add", client, "--project", str(folder), "--yes").code in (0, 3)
    return folder


def holders(machine: CommandLine, token: str) -> list[str]:
    return [path for path, data in machine.bytes_below().items() if token.encode() in data]


def state(machine: CommandLine, client: str) -> dict[str, str]:
    targets = machine("status", "--json").data["targets"]
    found = next(t for t in targets if t["id"].endswith(f"/{client}/project:shop"))
    return {c["reason"]: c["message"] for c in found["conditions"]}


def test_a_token_stays_where_it_stands_and_goes_nowhere(adopted: CommandLine, shop: Path) -> None:
    adopted("sync")
    assert holders(adopted, TOKEN) == ["src/shop/.mcp.json"]
    assert (shop / ".mcp.json").read_text() == mcp_json(TOKEN)
    assert "${secret:project.shop.tokened.env.API_TOKEN}" in adopted.git("show", "main:projects/shop/mcp/tokened.yaml")
    assert TOKEN not in "".join(adopted.heard)


def test_the_other_client_waits_and_is_told_what_to_do(adopted: CommandLine, shop: Path) -> None:
    assert "${env:NAME}" in state(adopted, "codex")["NoSecretInProject"]
    assert adopted("sync").code == 3


def test_the_token_is_shown_with_its_file(adopted: CommandLine, shop: Path) -> None:
    shown = [p for t in adopted("sync", "--json").data["targets"] for p in t["problems"]]
    assert [p["file"] for p in shown if "a secret stands here" in p["reason"]] == [str(shop / ".mcp.json")]


def test_another_field_of_its_server_still_follows(adopted: CommandLine, shop: Path) -> None:
    name = "projects/shop/mcp/tokened.yaml"
    adopted.commit({name: adopted.git("show", f"main:{name}") + "args: [--fast]\n"})
    adopted("sync")
    server = json.loads((shop / ".mcp.json").read_text())["mcpServers"]["tokened"]
    assert (server["args"], server["env"]) == (["--fast"], {"API_TOKEN": TOKEN})


def test_a_value_set_on_this_machine_is_not_written_into_the_project(adopted: CommandLine, shop: Path) -> None:
    adopted("secrets", "set", "project.shop.tokened.env.API_TOKEN", given=OTHER)
    adopted("sync")
    assert holders(adopted, OTHER) == []
    assert "NoSecretInProject" in state(adopted, "claude")


def test_a_variable_instead_frees_both(adopted: CommandLine, shop: Path) -> None:
    (shop / ".mcp.json").write_text(mcp_json("${API_TOKEN}"))
    adopted("sync")
    assert 'env_vars = ["API_TOKEN"]' in (shop / ".codex/config.toml").read_text()
    assert state(adopted, "codex").keys() == state(adopted, "claude").keys() == {"AwaitingTrust"}


def test_a_project_that_has_a_users_token_never_changes_it(adopted: CommandLine, shop: Path) -> None:
    data = json.loads(adopted.path(".claude.json").read_text())
    data["mcpServers"]["tokened"] = json.loads(mcp_json(TOKEN))["mcpServers"]["tokened"]
    adopted.path(".claude.json").write_text(json.dumps(data, indent=2))
    adopted("sync")
    users = {path for path in holders(adopted, TOKEN) if not path.startswith("src/")}
    (shop / ".mcp.json").write_text(mcp_json(OTHER))
    adopted("sync")
    assert {path for path in holders(adopted, TOKEN) if not path.startswith("src/")} == users
    assert holders(adopted, OTHER) == ["src/shop/.mcp.json"]


def test_doctor_names_the_file(adopted: CommandLine, shop: Path) -> None:
    checks = {c["name"]: c for c in adopted("doctor", "--json").data["checks"]}
    assert checks[str(shop / ".mcp.json")]["ok"] is False
    assert next(c for name, c in checks.items() if name.endswith("/codex/project:shop"))["ok"] is True
