"""What no single field can say: a server is reached in one way, and a deny is stronger than an allow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reconciler.model.fields import Config, Fields, changed_paths
from reconciler.model.names import TOOLS, EntityId, entity_id, kind_of, name_of

_REMOTE = ("http", "sse", "ws")
_REACHED_BY = frozenset({"transport", "command", "args", "env", "cwd", "url", "headers", "oauth"})
_STRONGEST_FIRST = ("deny", "ask", "allow")


@dataclass(frozen=True)
class Overruled:
    """An allowed-tools entry that was left out of a merge because a stronger one says the opposite."""

    entity: EntityId
    by: EntityId

    def __str__(self) -> str:
        return f"{name_of(self.entity)} was left out: {name_of(self.by)} is stronger"


def server_faults(fields: Fields) -> list[str]:
    """Why nobody could reach a server with these fields; empty when they fit together."""
    command, url = fields.get(("command",)), fields.get(("url",))
    transport = fields.get(("transport",))
    faults: list[str] = []
    if command and url:
        faults.append("it has both a command and a url")
    if not command and not url:
        faults.append("it has neither a command nor a url")
    if transport == "stdio" and not command:
        faults.append("stdio needs a command")
    if transport in _REMOTE and not url:
        faults.append(f"{transport} needs a url")
    if transport is not None and transport != "stdio" and transport not in _REMOTE:
        faults.append(f"{transport} is no transport that is known")
    return faults


def mixes_transports(base: Fields, local: Fields, central: Fields) -> bool:
    """True when one side made a remote server of a program, or the reverse, and the other changed how it is reached."""
    if _is_remote(local) == _is_remote(central):
        return False
    return all(any(path[0] in _REACHED_BY for path in changed_paths(base, side)) for side in (local, central))


def settled_tools(config: Config, *stood: Config) -> tuple[Config, tuple[Overruled, ...]]:
    """The config without entries that a stronger one for the same tool overrules (deny, then ask, then allow).

    Entries that stand together in one of ``stood`` are left: whoever wrote both meant both. Pass base and both sides.
    """
    overruled = [
        Overruled(weaker, by)
        for entity in config
        if kind_of(entity) == TOOLS
        for weaker, by in [(entity, stronger(entity, config))]
        if by is not None and not any(weaker in one and by in one for one in stood)
    ]
    if not overruled:
        return config, ()
    gone = {one.entity for one in overruled}
    return {entity: fields for entity, fields in config.items() if entity not in gone}, tuple(overruled)


def stronger(entity: EntityId, among: Collection[EntityId]) -> EntityId | None:
    """The strictest of other decisions about the same thing."""
    decision, _, entry = name_of(entity).partition(" ")
    if decision not in _STRONGEST_FIRST:
        return None
    above = _STRONGEST_FIRST[: _STRONGEST_FIRST.index(decision)]
    return next((other for word in above if (other := entity_id(TOOLS, f"{word} {entry}")) in among), None)


def _is_remote(fields: Fields) -> bool:
    return ("url",) in fields and ("command",) not in fields
