"""Every file of a central repository against its model: unknown keys, wrong types, servers that make no sense."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from reconciler.formats import yaml_text
from reconciler.formats.edit import FormatError
from reconciler.formats.markdown import split_front_matter
from reconciler.mapping.layers import PieceCache, base_of, place_of, read_repository
from reconciler.mapping.templates import TemplateError, parse
from reconciler.model.faults import validated
from reconciler.model.machine_file import Machine
from reconciler.model.names import MCP, RULES, kind_of
from reconciler.model.results import Problem
from reconciler.model.rule import RuleFrontMatter, RuleOverlay
from reconciler.model.server import Server, ServerOverlay
from reconciler.model.settings_file import SCHEMA, Settings
from reconciler.model.tool_file import ToolFile, ToolOverlay

_MODELS = {MCP: (Server, ServerOverlay), RULES: (RuleFrontMatter, RuleOverlay)}
_ADVICE = "mend it by a commit; the last good version stays in force"


def problems_of(files: Mapping[str, bytes]) -> list[Problem]:
    """All problems, by path. Files that are no part of the configuration are not looked at."""
    return [problem for path in sorted(files) for problem in _problems(path, files[path])]


def all_problems(files: Mapping[str, bytes]) -> list[Problem]:
    """The same with what cannot even be read: what `reconciler validate` says of a folder."""
    unread = read_repository(files, PieceCache()).problems
    return sorted({*unread, *problems_of(files)}, key=lambda p: (p.file, p.line, p.column))


def _problems(path: str, data: bytes) -> Iterator[Problem]:
    model = _model(path)
    if model is None:
        return
    try:
        yaml = split_front_matter(data.decode("utf-8")).yaml.encode() if path.endswith(".md") else data
        value = yaml_text.read(yaml) if yaml else {}
    except UnicodeDecodeError:
        yield Problem(path, "not UTF-8 text", advice=_ADVICE)
        return
    except FormatError as error:
        yield Problem(path, error.reason, error.line, error.column, _ADVICE)
        return
    if model is Settings and _is_newer(value):
        line, column = yaml_text.position(yaml, ("schema",))
        yield Problem(path, f"the repository is of schema {value['schema']}; this version knows {SCHEMA}", line, column, "install a newer version of this program")
        return
    shift = 1 if path.endswith(".md") else 0
    found = validated(model, path, value, partial(_position, yaml, shift))
    if isinstance(found, list):
        yield from found
    elif path.endswith(".yaml") and isinstance(value, dict):
        yield from _broken_references(path, yaml, value)


def _is_newer(settings: Any) -> bool:
    """True for a repository that a newer version made: its other keys cannot be judged."""
    version = settings.get("schema") if isinstance(settings, dict) else None
    return isinstance(version, int) and version > SCHEMA


def _position(yaml: bytes, shift: int, at: tuple[Any, ...]) -> tuple[int, int]:
    line, column = yaml_text.position(yaml, at) if yaml else (1, 1)
    return line + shift, column


def _model(path: str) -> Any:
    if path == "reconciler.yaml":
        return Settings
    if path.startswith("machines/") and path.endswith(".yaml"):
        return Machine
    place = place_of(path)
    if place is None:
        return None
    layer, entity = place
    whole, overlay = _MODELS.get(kind_of(entity), (ToolFile, ToolOverlay))
    return whole if layer == base_of(layer) else overlay


def _broken_references(path: str, yaml: bytes, value: Any, at: tuple[Any, ...] = ()) -> Iterator[Problem]:
    place = place_of(path)
    if place is None or kind_of(place[1]) != MCP:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _broken_references(path, yaml, inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _broken_references(path, yaml, inner, (*at, index))
    elif isinstance(value, str):
        try:
            parse(value)
        except TemplateError as error:
            line, column = yaml_text.position(yaml, at)
            yield Problem(path, f"{'.'.join(map(str, at))}: {error}; a literal ${{ is written $${{", line, column, _ADVICE)
