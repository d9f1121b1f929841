"""Patterns of `reconciler.yaml` over entities and their fields: ``mcp/*``, ``mcp/github.env.*``. ``*`` matches any text, ``?`` any character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from reconciler.model.fields import Path, dotted
from reconciler.model.names import EntityId, shown


def is_match(pattern: str, names: Iterable[str]) -> bool:
    wanted = _expression(pattern)
    return any(wanted.fullmatch(name) for name in names)


def entity_names(entity: EntityId) -> list[str]:
    """What a pattern may call an entity: its id, and for an allowed-tools entry also what people see."""
    name, entry = shown(entity)
    return [str(entity)] if entry is None else [str(entity), name, f"{name}.{entry}"]


def field_name(entity: EntityId, path: Path) -> str:
    return f"{entity}.{dotted(path)}"


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    meaning = {"*": ".*", "?": "."}
    return re.compile("".join(meaning.get(c, re.escape(c)) for c in re.sub(r"\*+", "*", pattern)), re.DOTALL)
