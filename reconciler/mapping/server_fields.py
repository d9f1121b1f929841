"""The fields of one MCP server: what each is called in a client's file, and how its value is written there.

A server entry is handled as native leaves (path in the entry -> value). Each field takes from the leaves what it
understands; what no field takes is the client's own and goes to ``extra.<client>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from reconciler.model.fields import Fields, Path

NativePath = tuple[str, ...]
Leaves = dict[NativePath, Any]
Shape = Literal["text", "texts", "map", "number", "flag"]


class NotUnderstood(ValueError):
    """A value in a client's file has another type than the client documents."""


class Field(Protocol):
    def take(self, leaves: Leaves, out: dict[Path, Any]) -> None:
        """Move what this field understands from the native leaves to canonical fields."""

    def give(self, fields: Fields, leaves: Leaves) -> None:
        """Write the canonical fields that this field can hold as native leaves."""


@dataclass(frozen=True)
class Key:
    """A field under one native key. ``factor``: canonical number = native number * factor."""

    native: NativePath
    path: Path
    shape: Shape
    factor: int = 1

    def take(self, leaves: Leaves, out: dict[Path, Any]) -> None:
        if self.shape == "map":
            for at in [p for p in leaves if p[: len(self.native)] == self.native]:
                if len(at) != len(self.native) + 1:
                    raise NotUnderstood(f"{'.'.join(self.native)}: expected a map of texts")
                out[(*self.path, at[-1])] = _typed(leaves.pop(at), "text", at)
        elif self.native in leaves:
            value = _typed(leaves.pop(self.native), self.shape, self.native)
            if value == [] and self.path == ("tools", "allowed"):  # no common form: an empty list reads as absent, "all"
                raise NotUnderstood(f"{'.'.join(self.native)}: an empty list allows no tool; switch the server off instead")
            out[self.path] = round(value * self.factor) if self.shape == "number" else value

    def give(self, fields: Fields, leaves: Leaves) -> None:
        if self.shape == "map":
            for path, value in fields.items():
                if path[:-1] == self.path:
                    leaves[(*self.native, path[-1])] = value
        elif self.path in fields:
            value = fields[self.path]
            leaves[self.native] = value / self.factor if self.factor != 1 else value


@dataclass(frozen=True)
class OtherKey(Key):
    """Another key that the client reads for the same field, and rewrites as the one that stands after it."""

    def give(self, fields: Fields, leaves: Leaves) -> None:
        """It is never written: the other key says it."""


@dataclass(frozen=True)
class Enabled:
    """A flag that is written only when a server is off. ``off`` is the native value that means so."""

    native: NativePath
    off: bool

    def take(self, leaves: Leaves, out: dict[Path, Any]) -> None:
        if self.native in leaves and _typed(leaves.pop(self.native), "flag", self.native) is self.off:
            out[("enabled",)] = False

    def give(self, fields: Fields, leaves: Leaves) -> None:
        if fields.get(("enabled",)) is False:
            leaves[self.native] = self.off


@dataclass(frozen=True)
class Transports:
    """How a client tells its transports apart: by a key that names them, or by the key that holds the address."""

    key: str | None
    names: Mapping[str, str]
    """Native name to canonical transport; the first name of a transport is the one that is written."""
    address: Mapping[str, str]
    """Canonical transport to the native key of its address (``command`` or a URL key)."""
    unnamed: Mapping[str, str]
    """Native address key to the transport that it means when no name is given."""

    def take(self, leaves: Leaves, out: dict[Path, Any]) -> None:
        transport = self._transport(leaves)
        key = (self.address[transport],)
        if key not in leaves:
            raise NotUnderstood(f"expected {key[0]} in a {transport} server")
        out[("transport",)] = transport
        out[("command",) if transport == "stdio" else ("url",)] = _typed(leaves.pop(key), "text", key)

    def _transport(self, leaves: Leaves) -> str:
        if self.key and (self.key,) in leaves:
            name = _typed(leaves.pop((self.key,)), "text", (self.key,))
            if name not in self.names:
                raise NotUnderstood(f"{self.key}: expected one of {', '.join(self.names)}")
            return self.names[name]
        for key, transport in self.unnamed.items():
            if (key,) in leaves:
                return transport
        raise NotUnderstood(f"expected one of {', '.join(self.unnamed)}")

    def give(self, fields: Fields, leaves: Leaves) -> None:
        transport = fields[("transport",)]
        if transport not in self.address:
            raise NotUnderstood(f"has no {transport} servers")
        if self.key:
            leaves[(self.key,)] = next(n for n, t in self.names.items() if t == transport)
        leaves[(self.address[transport],)] = fields[("command",) if transport == "stdio" else ("url",)]


_TYPES: dict[Shape, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "text"),
    "texts": ((list,), "a list of texts"),
    "number": ((int, float), "a number"),
    "flag": ((bool,), "true or false"),
}


def _typed(value: Any, shape: Shape, at: NativePath) -> Any:
    types, words = _TYPES[shape]
    is_wrong = not isinstance(value, types) or (shape == "number" and isinstance(value, bool))
    if is_wrong or (shape == "texts" and not all(isinstance(x, str) for x in value)):
        raise NotUnderstood(f"{'.'.join(at)}: expected {words}")
    return value


def leaves_of(entry: Mapping[str, Any]) -> Leaves:
    """Native leaves of an entry: maps are walked, everything else is a leaf; nulls and empty maps have none."""
    out: Leaves = {}
    stack: list[tuple[NativePath, Any]] = [((), entry)]
    while stack:
        at, value = stack.pop()
        if isinstance(value, Mapping):
            stack.extend(((*at, str(k)), v) for k, v in reversed(list(value.items())))
        elif value is not None:
            out[at] = value
    return out


def entry_of(leaves: Leaves) -> dict[str, Any]:
    """The nested entry of native leaves."""
    out: dict[str, Any] = {}
    for at, value in leaves.items():
        inner = out
        for key in at[:-1]:
            inner = inner.setdefault(key, {})
        inner[at[-1]] = value
    return out
