"""The files that real clients wrote and people edited: every byte survives, and a change touches its own lines."""

from __future__ import annotations

import difflib
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.formats import json_text
from reconciler.formats.edit import FormatError, KeyPath, Remove, Set
from reconciler.formats.json_parse import STRICT

GOLDEN = pathlib.Path(__file__).parents[2] / "golden"
FILES = {"/".join(p.relative_to(GOLDEN).parts): p for p in sorted(GOLDEN.rglob("*.json*")) if "expected" not in p.parts}
BROKEN = {name for name in FILES if "broken." in name and ".after-" not in name}
GOOD = sorted(FILES.keys() - BROKEN)


def leaves(at: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(at, dict | list):
        for key, inner in at.items() if isinstance(at, dict) else enumerate(at):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def changed_lines(before: bytes, after: bytes) -> list[str]:
    lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize("name", GOOD)
def test_no_edit_gives_the_same_bytes(name: str) -> None:
    data = FILES[name].read_bytes()
    value = json_text.read(data)
    assert json_text.edit(data, [Set((key,), inner) for key, inner in value.items()]) == data
    assert json_text.read_fast(data) == value


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_file_is_refused(name: str) -> None:
    with pytest.raises(FormatError):
        json_text.read(FILES[name].read_bytes())


@pytest.mark.parametrize("name", GOOD)
def test_one_changed_field_changes_its_line_alone(name: str) -> None:
    data = FILES[name].read_bytes()
    for path in leaves(json_text.read(data)):
        lines = changed_lines(data, json_text.edit(data, [Set(path, "changed")]))
        assert [line[0] for line in lines] == ["-", "+"]


@pytest.mark.parametrize("name", GOOD)
def test_a_server_that_comes_and_goes_leaves_the_bytes(name: str) -> None:
    data = FILES[name].read_bytes()
    root = next((key for key in ("mcpServers", "mcp", "servers") if key in json_text.read(data)), "mcpServers")
    path = (root, "newcomer")
    added = json_text.edit(data, [Set(path, {"command": "example-mcp-server", "args": ["-y"]})])
    assert len([line for line in changed_lines(data, added) if line[0] == "-"]) <= 1
    removed = json_text.edit(added, [Remove(path)])
    assert json_text.edit(removed, [Remove((root,))] if root not in json_text.read(data) else []) == data


def test_the_strict_reader_refuses_the_comments_that_claude_refuses() -> None:
    with pytest.raises(FormatError, match="comments"):
        json_text.read(FILES["claude/variants/settings-comments.json"].read_bytes(), STRICT)
