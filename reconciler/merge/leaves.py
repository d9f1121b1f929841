"""When two leaves are the same, and what three versions of one leaf become. Never decides a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reconciler.merge.text import merged_text
from reconciler.model.fields import Fields, Leaf, Path, leaf_kind
from reconciler.model.names import MCP, RULES

ABSENT_MEANS_ALL = frozenset({(MCP, ("tools", "allowed")), (RULES, ("clients",))})
"""Sets that restrict: an absent one allows everything, so it is not the empty set."""


@dataclass(frozen=True)
class Clash:
    """Both sides changed the leaf, and not to the same value."""


CLASH = Clash()


def same(a: Any, b: Any) -> bool:
    """True for equal JSON values. Unlike ``==``, true is not 1, and NaN is itself."""
    if a is b:
        return True
    if type(a) is str or type(b) is str:
        return bool(a == b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return (a == b or (a != a and b != b)) and isinstance(a, bool) == isinstance(b, bool)


def same_fields(a: Fields | None, b: Fields | None) -> bool:
    """True when two entities hold the same leaves; None is an absent entity."""
    if a is b:
        return True
    if a is None or b is None or len(a) != len(b):
        return False
    if a == b:
        return all(type(leaf) is str or same(leaf, b[path]) for path, leaf in a.items())
    return a.keys() == b.keys() and all(same(leaf, b[path]) for path, leaf in a.items())  # NaN differs from itself


def merged_leaf(kind: str, path: Path, base: Leaf | None, local: Leaf | None, central: Leaf | None) -> Leaf | Clash | None:
    """The leaf that both sides should hold, None for absent, or ``CLASH``."""
    if same(local, central) or same(central, base):
        return local
    if same(local, base):
        return central
    match leaf_kind(kind, path):
        case "set":
            return _merged_set((kind, path) in ABSENT_MEANS_ALL, base, local, central)
        case "text" if isinstance(base, str) and isinstance(local, str) and isinstance(central, str):
            text = merged_text(base, local, central)
            return CLASH if text is None else text
        case _:
            return CLASH


def _merged_set(is_restriction: bool, *versions: Leaf | None) -> Leaf | Clash | None:
    # Two narrowed lists can leave nothing in common; the empty list would be absent, and so allow everything.
    if any(version is not None and not isinstance(version, list) for version in versions):
        return CLASH
    base, local, central = (set(version or ()) for version in versions)
    merged = sorted((base & local & central) | (local - base) | (central - base))
    if is_restriction and (not merged or None in versions):
        return CLASH
    return merged or None
