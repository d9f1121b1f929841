"""Every key that a person may write has its line in the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from reconciler.model.machine_file import Machine, TargetMode
from reconciler.model.rule import RuleFrontMatter
from reconciler.model.server import Server
from reconciler.model.settings_file import Settings
from reconciler.model.tool_file import ToolFile

DOCS = Path(__file__).parents[3] / "docs"


def keys(model: type[BaseModel], at: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = at + (field.alias or name)
        inner: Any = field.annotation
        items = [arg for arg in get_args(inner) if isinstance(arg, type) and issubclass(arg, BaseModel)]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys(inner, f"{key}.")
        elif items and str(inner).startswith("list"):
            yield from keys(items[0], f"{key}[].")
        else:
            yield key


@pytest.mark.parametrize("key", [*keys(Settings), *keys(Machine), *keys(TargetMode, "targets.<target>.")])
def test_each_setting_has_its_line(key: str) -> None:
    assert f"`{key}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", [Server, RuleFrontMatter, ToolFile])
def test_each_field_of_an_entity_is_named(model: type[BaseModel]) -> None:
    text = (DOCS / "central-repository.md").read_text(encoding="utf-8")
    assert [key for key in model.model_fields if f"`{key}`" not in text] == []
