"""`.mcp.json` of a project is claude's file, and qwen reads it too: nothing is written there that qwen is not meant to have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.command_line import CommandLine
from tests.scenarios.test_projects_bad_input import condition
from tests.scenarios.test_projects_shared_files import add, gaps, report

MINE = "projects/shop/overlays/client/claude/mcp/mine.yaml"
SERVER = "command: example-mcp-server\n"


@pytest.fixture
def shop(adopted: CommandLine) -> Path:
    """A project of claude and qwen with one server."""
    folder = adopted.path("src/shop")
    folder.mkdir(parents=True)
    (folder / ".mcp.json").write_text('{"mcpServers": {"files": {"command": "example-mcp-server"}}}')
    add(adopted, folder, "claude", "qwen")
    return folder


def servers(folder: Path, name: str = ".mcp.json") -> dict[str, Any]:
    return dict(json.loads((folder / name).read_text())["mcpServers"])


def test_a_server_for_claude_alone_is_a_gap_and_not_written(adopted: CommandLine, shop: Path) -> None:
    before = (shop / ".mcp.json").read_bytes()
    adopted.commit({MINE: SERVER})
    assert (gaps(adopted, "claude"), gaps(adopted, "qwen")) == (["mcp/mine"], [])
    assert (shop / ".mcp.json").read_bytes() == before
    (told,) = [d for d in report(adopted, "claude")["dropped"] if d["entity"] == "mcp/mine"]
    assert told["reason"] == "the file is read by qwen too, and this server is not meant for all"


def test_it_is_written_where_qwen_is_none_of_the_project_s_clients(adopted: CommandLine, shop: Path) -> None:
    adopted.commit({MINE: SERVER})
    adopted("remove", "qwen/project:shop", "--keep")
    assert gaps(adopted, "claude") == []
    assert "mine" in servers(shop)


def test_a_server_that_qwen_has_in_its_own_words_is_no_gap(adopted: CommandLine, shop: Path) -> None:
    adopted.commit({"projects/shop/mcp/both.yaml": SERVER, "projects/shop/overlays/client/qwen/mcp/both.yaml": "args: [--quiet]\n"})
    assert gaps(adopted, "claude") == []
    assert servers(shop)["both"]["args"] == []
    assert servers(shop, ".qwen/settings.json")["both"]["args"] == ["--quiet"]


def test_one_that_qwen_loses_stays_where_it_stands_and_an_edit_of_it_goes_nowhere(adopted: CommandLine, shop: Path) -> None:
    adopted.commit({"projects/shop/overlays/client/qwen/mcp/files.yaml": "absent: true\n"})
    assert gaps(adopted, "claude") == ["mcp/files"]
    assert "files" in servers(shop)
    assert "files" not in servers(shop, ".qwen/settings.json")
    main = adopted.git("rev-parse", "main")
    (shop / ".mcp.json").write_text((shop / ".mcp.json").read_text().replace("example-mcp-server", "example-other-server"))
    adopted("sync")
    assert adopted.git("rev-parse", "main") == main


def test_an_accepted_gap_is_in_the_list_and_takes_nothing_from_ready(adopted: CommandLine, shop: Path) -> None:
    adopted.commit({MINE: SERVER})
    adopted("sync")
    assert condition(adopted)[0].startswith("Gap/")
    adopted("gap", "accept", "mcp/mine", "--client", "claude", "--reason", "known")
    adopted("sync")
    assert condition(adopted)[0].startswith("Ready/")
    assert "mcp/mine" in adopted("gap", "list").out
