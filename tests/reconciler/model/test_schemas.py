"""The schemas in the template are those of the models, and tell an editor all that it needs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.schemas import json_schemas

FOLDER = Path(__file__).parents[3] / "config-repo-template" / "schemas"
SCHEMAS = json_schemas()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_committed_schema_is_not_stale(name: str) -> None:
    assert json.loads((FOLDER / name).read_text(encoding="utf-8")) == SCHEMAS[name], "run: make schemas"


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(SCHEMAS)


def properties(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in {"": schema, **schema.get("$defs", {})}.items():
        for key, value in part.get("properties", {}).items():
            yield f"{name}.{key}", value


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_key_is_described(name: str) -> None:
    assert [key for key, value in properties(SCHEMAS[name]) if not value.get("description")] == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_refuses_unknown_keys(name: str) -> None:
    parts = [SCHEMAS[name], *SCHEMAS[name].get("$defs", {}).values()]
    assert all(part["additionalProperties"] is False for part in parts if "properties" in part)
