"""What a client's person must accept, or has put in the way, is said beside files that are as they should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.command_line import CommandLine


@pytest.fixture
def shop(adopted: CommandLine) -> Path:
    folder = adopted.path("src/shop")
    folder.mkdir(parents=True)
    assert adopted("clients", "add", "codex", "--project", str(folder), "--yes").code == 0
    return folder


def ready(machine: CommandLine) -> dict[str, Any]:
    targets = machine("status", "--json").data["targets"]
    found: dict[str, Any] = next(t for t in targets if t["id"].endswith("/codex/project:shop"))["conditions"][0]
    return found


def test_a_folder_that_codex_does_not_trust_is_ready_and_awaits_it(adopted: CommandLine, shop: Path) -> None:
    assert (ready(adopted)["status"], ready(adopted)["reason"]) == ("True", "AwaitingTrust")
    assert "start codex there" in ready(adopted)["message"]


def test_trust_is_read_and_never_written(adopted: CommandLine, shop: Path) -> None:
    config = adopted.path(".codex/config.toml")
    assert "[projects" not in config.read_text()
    config.write_text(config.read_text() + f'\n[projects."{shop}"]\ntrust_level = "trusted"\n')
    text = config.read_text()
    assert ready(adopted)["reason"] == "InSync"
    adopted("sync")
    assert config.read_text() == text


@pytest.mark.parametrize(("folder", "name"), [("src/shop", "AGENTS.override.md"), ("", ".codex/AGENTS.override.md")])
def test_a_file_that_codex_reads_instead_is_said_and_left_alone(adopted: CommandLine, shop: Path, folder: str, name: str) -> None:
    place = adopted.path(folder) / name
    place.write_text("Other.\n")
    adopted.commit({"projects/shop/rules/style.md": "Short lines.\n"})
    said = [p for t in adopted("sync", "--json").data["targets"] for p in t["problems"] if "reads" in p["reason"]]
    assert [p["file"] for p in said] == [str(place).replace(".override", "")]
    assert place.read_text() == "Other.\n"
    assert "Short lines." in (shop / "AGENTS.md").read_text()
