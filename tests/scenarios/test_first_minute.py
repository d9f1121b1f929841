"""The demo in a new folder: what it prints as next steps works when it is typed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.command_line import SAMPLES, CommandLine


def typed(lines: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Type lines into a shell that finds the program on its PATH."""
    environ = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "NO_COLOR": "1"}
    return subprocess.run(["bash", "-e"], input="\n".join(lines), text=True, capture_output=True, cwd=folder, env=environ)


def next_steps(out: str) -> list[str]:
    return [line.strip() for line in out.split("Try it:")[1].splitlines()[1:]]


@pytest.mark.parametrize("folder", ["a folder with blanks", pytest.param("try", marks=pytest.mark.long)])
def test_the_next_steps_work_when_they_are_typed(found: CommandLine, folder: str) -> None:
    steps = next_steps(found("demo", str(found.root / folder)).out)
    export, commands = steps[0], [c.strip() for c in steps[1].split(";")]
    done = typed([export, *(f"{c} || [ $? = 3 ]" for c in commands)], found.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Start from the template" in done.stdout


def test_the_demo_touches_nothing_outside_its_folder(found: CommandLine) -> None:
    before = found.bytes_below()
    found("demo", str(found.root / "try"))
    assert (found.bytes_below(), found.state.exists()) == (before, False)


def test_the_demo_starts_from_the_samples(found: CommandLine) -> None:
    data = found("demo", str(found.root / "try"), "--json").data
    home = Path(data["home"])
    assert all((home / p.relative_to(SAMPLES)).exists() for p in SAMPLES.rglob("*") if p.is_file())
    assert {t["client"] for t in data["targets"]} == {"claude", "codex", "qwen", "acli"}


def test_the_plan_is_what_init_then_does(found: CommandLine) -> None:
    planned = found("init", "--json").data
    done = found("init", "--yes", "--json").data
    assert planned["written"] == done["written"]
    assert [t["entities"] for t in planned["targets"]] == [t["entities"] for t in done["targets"]]


def test_the_plan_writes_nothing_to_the_clients(found: CommandLine) -> None:
    before = found.bytes_below()
    found("init")
    assert found.bytes_below() == before


@pytest.mark.long
def test_every_conflict_of_adoption_can_be_settled_as_the_text_says(found: CommandLine) -> None:
    found("init", "--yes")
    while items := found("conflicts", "--json").data:
        assert items[0]["id"] in found("conflicts").out
        assert found("resolve", items[0]["id"][:6], "--take", "local").code in (0, 3)
    assert found("conflicts").out == "nothing waits\n"


def test_an_edit_is_shown_by_diff_then_synced_then_taken_back(adopted: CommandLine) -> None:
    place = adopted.path(".claude.json")
    data = json.loads(place.read_text())
    data["mcpServers"]["fresh"] = {"command": "example-mcp-server"}
    place.write_text(json.dumps(data, indent=2))
    assert "edited here: mcp/fresh" in adopted("diff").out
    adopted("sync")
    newest = adopted("history", "-n", "1", "--json").data[0]["revision"]
    adopted(*shlex.split(f"revert {newest[:10]}"))
    assert not any(b"fresh" in adopted.path(p).read_bytes() for p in (".claude.json", ".codex/config.toml", ".qwen/settings.json"))
