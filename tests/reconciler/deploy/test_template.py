"""What a new central repository starts from."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from reconciler.deploy.template import template_files
from reconciler.model.central_file import CentralFile
from reconciler.model.faults import validated
from reconciler.model.server import Server, ServerOverlay
from reconciler.model.settings_file import Settings
from reconciler.model.tool_file import ToolFile, ToolOverlay

FILES = template_files()
README = FILES["README.md"].decode()
MODELS: dict[str, type[CentralFile]] = {"server": Server, "server-overlay": ServerOverlay, "tools": ToolFile, "tools-overlay": ToolOverlay}


@pytest.mark.parametrize("path", ["README.md", "reconciler.yaml", "CODEOWNERS", ".github/workflows/reconciler.yml", ".gitlab-ci.yml", "mcp/.gitkeep", "schemas/server.json"])
def test_the_template_has(path: str) -> None:
    assert path in FILES


def uncommented(text: str) -> str:
    """The settings with their examples switched on, in place of the empty values above them."""
    head, mark, settings = text.partition("schema: 1\n")
    filled = re.sub(r": (\[\]|\{\})(?=\n#  )", ":", settings)
    return head + mark + re.sub(r"(?m)^#(?=  |approval)", "", filled)


@pytest.mark.parametrize("text", [FILES["reconciler.yaml"].decode(), uncommented(FILES["reconciler.yaml"].decode())], ids=["as it is", "with examples"])
def test_its_settings_are_valid(text: str) -> None:
    assert isinstance(validated(Settings, "reconciler.yaml", yaml.safe_load(text)), Settings)


def test_its_examples_are_switched_on_in_that_test() -> None:
    settings = yaml.safe_load(uncommented(FILES["reconciler.yaml"].decode()))
    assert len(settings["policies"]) == 2
    assert {"ignore", "accepted_gaps", "priorities", "approval_threshold"} <= {key for key, value in settings.items() if value}


def examples() -> list[tuple[str, str, str]]:
    """Path, schema and text of each file that the README shows."""
    blocks = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", README, re.MULTILINE)
    parts = [part for block in blocks for part in re.split(r"(?m)^(?= {4}# [a-z]+/)", block) if "$schema=" in part]
    found = [re.search(r"# (\S+\.yaml)\n.*\$schema=(\S+)\n", part) for part in parts]
    return [(match[1], match[2], part) for match, part in zip(found, parts, strict=True) if match]


def test_the_readme_shows_each_sort_of_file() -> None:
    assert sorted(PurePosixPath(schema).stem for _, schema, _ in examples()) == sorted(MODELS)


@pytest.mark.parametrize(("path", "schema", "text"), examples())
def test_a_shown_file_is_valid_and_names_its_schema(path: str, schema: str, text: str) -> None:
    data: Any = yaml.safe_load(text)
    climbed = PurePosixPath(path).parent.parts[schema.count("../") :]
    assert not climbed
    assert not isinstance(validated(MODELS[PurePosixPath(schema).stem], path, data), list)
