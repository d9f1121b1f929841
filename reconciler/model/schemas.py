"""JSON Schemas of the central repository's files, for editors. ``scripts/schemas.py`` writes them into the template."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from reconciler.model.central_file import CentralFile
from reconciler.model.machine_file import Machine
from reconciler.model.rule import RuleFrontMatter, RuleOverlay
from reconciler.model.server import Server, ServerOverlay
from reconciler.model.settings_file import Settings
from reconciler.model.tool_file import ToolFile, ToolOverlay


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name and schema, for every sort of file."""
    models: dict[str, type[CentralFile]] = {
        "server": Server,
        "server-overlay": ServerOverlay,
        "rule": RuleFrontMatter,
        "rule-overlay": RuleOverlay,
        "tools": ToolFile,
        "tools-overlay": ToolOverlay,
        "settings": Settings,
        "machine": Machine,
    }
    return {f"{name}.json": _schema(model) for name, model in models.items()}


def _schema(model: type[CentralFile]) -> dict[str, Any]:
    return {"$schema": GenerateJsonSchema.schema_dialect, **_plain(model.model_json_schema())}


def _plain(schema: Any) -> Any:
    """Without the titles and null defaults that pydantic adds: they tell a reader of the file nothing."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    # Below "properties" the keys are those of the file, and one of them may be called title.
    return {
        key: {name: _plain(inner) for name, inner in value.items()} if key in ("properties", "$defs") else _plain(value)
        for key, value in schema.items()
        if not (key == "title" or (key == "default" and value is None))
    }
