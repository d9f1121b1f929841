"""A repository begun on a host from the template: the commands of docs/remote.md, typed as they stand."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.scenarios.command_line import with_samples
from tests.test_readme import Shell

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r"^## Or begin there$(.*?)^## ", re.M | re.S)
FILES = (".claude.json", ".codex/config.toml", ".qwen/settings.json", ".rovodev/mcp.json")


def parts() -> list[list[str]]:
    """The commands of the section, a list for each block of them."""
    found = SECTION.search((ROOT / "docs" / "remote.md").read_text())
    assert found
    blocks = re.findall(r"(?:^    .*\n)+", found[1], re.M)
    return [[line.strip() for line in block.splitlines()] for block in blocks]


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.invalid")
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def host(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "host.git")
    return tmp_path / "host.git"


def typed(shell: Shell, commands: list[str], host: Path) -> list[str]:
    """What each command says; it stops at the first that fails."""
    said = []
    for command in commands:
        *lines, code = [line for line in shell.typed(f"{command.replace('HOST', str(host))}; echo $?") if line]
        assert code in ("0", "3"), (command, lines)
        said.append("\n".join(lines))
    return said


def merged(host: Path, branch: str, folder: Path) -> None:
    """What somebody else does on the host."""
    git(folder, "clone", "-q", str(host), "merging")
    git(folder / "merging", "merge", "-q", "--no-ff", "-m", "Merge pull request", f"origin/{branch}")
    git(folder / "merging", "push", "-q", "origin", "main")


def test_made_from_the_template_cloned_edited_planned_merged_and_followed(tmp_path: Path, host: Path) -> None:
    home = tmp_path / "home"
    with_samples(home)
    shutil.copytree(ROOT / "config-repo-template", home / "config-repo-template")
    (home / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.invalid\n")
    shell = Shell(home)
    try:
        made, joined, changed = parts()
        typed(shell, made, host)
        before = {name: (home / name).read_bytes() for name in FILES}
        plan, *_ = typed(shell, joined[:1], host)
        assert "Nothing was written" in plan
        assert {name: (home / name).read_bytes() for name in FILES} == before
        typed(shell, joined[1:], host)
        assert "machines/laptop-1.yaml" in git(host, "ls-tree", "-r", "--name-only", "main")
        *_, valid, plan, _, _, _ = typed(shell, changed, host)
        assert valid == "valid"
        assert plan.count("mcp/search: - → ") == len(FILES)
        merged(host, "search", tmp_path)
        typed(shell, ["reconciler sync"], host)
    finally:
        shell.close()
    assert all("example-search" in (home / name).read_text() for name in FILES)
