"""What is measured is what it says: the workload is the same each time, and reaches every client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import machines
from bench.homes import write_home
from bench.workload import workload


@pytest.mark.parametrize("scale", [1, 3])
def test_the_workload_grows_with_its_scale_and_is_the_same_each_time(scale: int) -> None:
    load = workload(scale)
    assert (len(load.rules), len(load.servers), len(load.permissions)) == (30 * scale, 20 * scale, 40 * scale)
    assert load == workload(scale)


def test_claude_holds_the_whole_workload(tmp_path: Path) -> None:
    write_home(workload(1), tmp_path)
    permissions = json.loads((tmp_path / ".claude/settings.json").read_text())["permissions"]
    assert len(json.loads((tmp_path / ".claude.json").read_text())["mcpServers"]) == 20
    assert len(list((tmp_path / ".claude/rules").iterdir())) == 30
    assert sum(map(len, permissions.values())) == 40


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> machines.Machine:
    return machines.settled(1, tmp_path_factory.mktemp("bench") / "settled")


def test_on_a_settled_machine_every_client_has_the_servers_and_the_rules(settled: machines.Machine) -> None:
    settled.insist_on("mcp0012.example.com/mcp")
    for name in (".codex/AGENTS.md", ".qwen/QWEN.md", ".rovodev/AGENTS.md"):
        assert "# Rule 0001" in (settled.home / name).read_text()


def test_on_a_settled_machine_there_is_nothing_to_do(settled: machines.Machine, tmp_path: Path) -> None:
    machine = settled.copied_to(tmp_path / "copy")
    before = {p: p.read_bytes() for p in machine.home.rglob("*") if p.is_file()}
    machine.run("sync")
    assert {p: p.read_bytes() for p in machine.home.rglob("*") if p.is_file()} == before


def test_an_edit_that_did_not_arrive_is_noticed(settled: machines.Machine, tmp_path: Path) -> None:
    machine = settled.copied_to(tmp_path / "copy")
    machine.edit_server("not-synced-yet")
    with pytest.raises(RuntimeError, match="did not arrive in"):
        machine.insist_on("not-synced-yet")


def test_a_machine_that_is_copied_elsewhere_does_not_write_to_the_first(settled: machines.Machine, tmp_path: Path) -> None:
    machine = settled.copied_to(tmp_path / "copy")
    machine.edit_server("only-in-the-copy")
    machine.run("sync")
    machine.insist_on("only-in-the-copy")
    with pytest.raises(RuntimeError):
        settled.insist_on("only-in-the-copy")
