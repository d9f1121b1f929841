"""An entity as flat fields: a path such as ``("env", "MODE")`` and the leaf that stands there.

Merging, comparing and capturing all work on this form. A container that is empty is the same as one that is
absent, so it has no fields. Whether a leaf is an atom, a set or text follows from its kind and path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from reconciler.model.names import MCP, RULES, TOOLS, EntityId

Path = tuple[str, ...]
Leaf = Any
"""JSON values: text, number, boolean, list; never ``None`` and never an empty container."""

Fields = Mapping[Path, Leaf]
Config = Mapping[EntityId, Fields]
"""All entities as one target should hold them."""

LeafKind = Literal["atom", "set", "text"]

_MAPS: dict[str, set[Path]] = {
    MCP: {("env",), ("headers",), ("timeouts",), ("tools",), ("oauth",), ("extra",)},
    RULES: {("extra",)},
    TOOLS: set(),
}
_SETS: dict[str, set[Path]] = {MCP: {("tools", "allowed"), ("tools", "denied")}, RULES: {("clients",)}, TOOLS: set()}


def leaf_kind(kind: str, path: Path) -> LeafKind:
    """How two changes of this leaf are merged."""
    if path in _SETS.get(kind, ()):
        return "set"
    return "text" if kind == RULES and path == ("body",) else "atom"


def flat(kind: str, nested: Mapping[str, Any]) -> dict[Path, Leaf]:
    """Flat fields of a nested entity. Empty containers and nulls vanish; sets are sorted."""
    return dict(_leaves(kind, (), nested))


def _leaves(kind: str, at: Path, value: Any) -> Iterator[tuple[Path, Leaf]]:
    if isinstance(value, Mapping) and _is_map(kind, at):
        for key, inner in value.items():
            yield from _leaves(kind, (*at, str(key)), inner)
    elif value is not None and value != [] and value != {}:
        yield at, sorted(set(value)) if leaf_kind(kind, at) == "set" else value


def _is_map(kind: str, at: Path) -> bool:
    return not at or at[:1] == ("extra",) or at in _MAPS[kind]


def nested(fields: Fields) -> dict[str, Any]:
    """The nested form of flat fields; the inverse of ``flat``."""
    out: dict[str, Any] = {}
    for path, leaf in fields.items():
        inner = out
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        inner[path[-1]] = leaf
    return out


def changed_paths(before: Fields, after: Fields) -> list[Path]:
    """Paths whose leaf differs, absent being a value; in the order of ``before``, then of ``after``."""
    return [p for p in {**before, **after} if not is_same(before.get(p), after.get(p))]


def count_changed(before: Config, after: Config, entities: Iterable[EntityId]) -> int:
    """How many fields of the entities differ; of a new one, or one that is gone, all of them."""
    return sum(len(changed_paths(before.get(e, {}), after.get(e, {}))) for e in entities)


def is_same(a: Leaf | None, b: Leaf | None) -> bool:
    """Equality that tells ``True`` from ``1`` and ``1`` from ``1.0``, as files do and Python does not."""
    if type(a) is not type(b) or a != b:
        return False
    if isinstance(a, list) and isinstance(b, list):
        return all(map(is_same, a, b))
    return not (isinstance(a, dict) and isinstance(b, dict)) or all(is_same(v, b[k]) for k, v in a.items())


def are_same(a: Fields, b: Fields) -> bool:
    """True when both hold the same leaves, by ``is_same``, in the same order."""
    return a is b or (list(a) == list(b) and all(is_same(leaf, b[path]) for path, leaf in a.items()))


def differ(a: Fields | None, b: Fields | None) -> bool:
    """True when an entity is not the same in both, by ``is_same`` and in any order; None is absent."""
    if a is None or b is None or a is b:
        return a is not b
    return a.keys() != b.keys() or not all(is_same(leaf, b[path]) for path, leaf in a.items())


def with_changes(fields: Fields, before: Fields, after: Fields) -> dict[Path, Leaf]:
    """``fields`` with the change from ``before`` to ``after`` carried over; what neither holds stays."""
    out = dict(fields)
    for path in changed_paths(before, after):
        if path in after:
            out[path] = after[path]
        else:
            out.pop(path, None)
    return out


def dotted(path: Path) -> str:
    """``env.MODE``: the path as people type it."""
    return ".".join(path)
