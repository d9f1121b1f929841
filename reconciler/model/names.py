"""Names: entities, targets, revisions, paths. All are plain text at run time."""

from __future__ import annotations

from typing import NewType

EntityId = NewType("EntityId", str)
"""``mcp/github``, ``rules/style``; one allowed-tools entry is ``tools/<decision> <category>:<value>``."""

TargetId = NewType("TargetId", str)
"""``<machine>/<client>/<scope>``, as in ``laptop-1/claude/user``."""

Revision = NewType("Revision", str)
"""A Git object id, 40 hex digits."""

Digest = NewType("Digest", str)
"""SHA-256 of bytes, 64 hex digits."""

RelPath = NewType("RelPath", str)
"""A path below a target's root, with ``/``."""

AbsPath = NewType("AbsPath", str)

MCP, RULES, TOOLS = "mcp", "rules", "tools"
KINDS = (MCP, RULES, TOOLS)


def entity_id(kind: str, name: str) -> EntityId:
    return EntityId(f"{kind}/{name}")


def kind_of(entity: EntityId) -> str:
    return entity.split("/", 1)[0]


def name_of(entity: EntityId) -> str:
    return entity.split("/", 1)[1]


def shown(entity: EntityId) -> tuple[str, str | None]:
    """The entity and field that people read: an allowed-tools entry is a field of ``tools/default``."""
    if kind_of(entity) == TOOLS:
        return "tools/default", name_of(entity)
    return entity, None
