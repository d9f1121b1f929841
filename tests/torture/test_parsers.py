"""No file keeps a parser busy for more than two seconds, takes more than 300 MB, or brings it down."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = (".claude.json", ".codex/config.toml", ".rovodev/config.yml", ".codex/rules/default.rules", ".qwen/QWEN.md")
"""One of each format."""
OTHERS = (
    ".qwen/settings.json",
    ".claude/settings.json",
    ".claude/rules/a.md",
    "mcp/a.yaml",
    "tools/default.yaml",
    "rules/a.md",
    "reconciler.yaml",
    "machines/a.yaml",
)


def not_bounded(path: str, *words: str) -> dict[str, str]:
    """What broke the bounds, and how."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.bounded", path, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    assert said
    return {name: how for name, how in said.items() if how != "ok"}


SLOW = {
    ".claude.json": ("wide map",),
    ".codex/config.toml": ("dotted key below the bound", "same header", "digits", "wide list", "lines"),
    ".rovodev/config.yml": ("sixties", "aliases"),
    ".codex/rules/default.rules": ("calls of calls",),
    ".claude/settings.json": ("wide permission",),
}
"""Each of these once took minutes, or a gigabyte."""


@pytest.mark.parametrize("path", SLOW)
def test_what_once_was_slow_is_refused_in_time(path: str) -> None:
    assert not_bounded(path, "bombs", *SLOW[path]) == {}


@pytest.mark.parametrize("path", FILES)
def test_files_with_bytes_knocked_about_are_read_or_refused(path: str) -> None:
    assert not_bounded(path, "fuzz", "0", "10") == {}


@pytest.mark.torture
@pytest.mark.parametrize("path", [*FILES, *OTHERS])
def test_every_bomb_is_read_or_refused(path: str) -> None:
    assert not_bounded(path, "bombs") == {}


@pytest.mark.torture
@pytest.mark.parametrize("path", FILES)
def test_the_scans_of_secrets_and_hidden_text_are_bounded(path: str) -> None:
    assert not_bounded(path, "scan") == {}


@pytest.mark.torture
@pytest.mark.parametrize("path", [*FILES, *OTHERS])
def test_thousands_of_files_with_bytes_knocked_about_are_read_or_refused(path: str) -> None:
    assert not_bounded(path, "fuzz", "10", "1000") == {}
