"""Three versions of one entity become one. Absent is a value: None for an entity, a missing path for a field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.merge.leaves import Clash, merged_leaf, same, same_fields
from reconciler.merge.semantics import mixes_transports
from reconciler.merge.shapes import folded, unfolded
from reconciler.model.fields import Fields, Path, flat, nested
from reconciler.model.names import MCP, EntityId, kind_of
from reconciler.model.results import Conflict, Resolution

WHOLE: Path = ()
"""The path of a conflict that is about the entity as a whole."""


@dataclass(frozen=True)
class MergedEntity:
    """What both sides should hold, and where they cannot agree.

    On a path in conflict ``fields`` holds central's value, so that the entity is complete; the caller keeps such an
    entity waiting and uses it only as ``resolved``.
    """

    fields: Fields | None
    conflicts: tuple[Conflict, ...] = ()


def merge_entity(entity: EntityId, base: Fields | None, local: Fields | None, central: Fields | None) -> MergedEntity:
    """The merge of one entity. Swapping ``local`` and ``central`` mirrors the conflicts and changes nothing else.

    A whole entity is in conflict when one side removed what the other changed, when there is no base and the sides
    differ (adoption), and when the merge of two servers would be one that nobody wrote: half program, half address.
    """
    if same_fields(local, central) or same_fields(central, base):
        return MergedEntity(local)
    if same_fields(local, base):
        return MergedEntity(central)
    if base is None or local is None or central is None:
        return _in_conflict(entity, base, local, central)
    if kind_of(entity) == MCP and mixes_transports(base, local, central):
        return _in_conflict(entity, base, local, central)
    return _field_by_field(entity, base, local, central)


def resolved(
    entity: EntityId, base: Fields | None, local: Fields | None, central: Fields | None, resolutions: Mapping[Path, Resolution]
) -> Fields | None:
    """The merge with each path in conflict put to its resolution's value; None is absent.

    A resolution of the whole entity (empty path; its value is nested) stands above all others. A conflict without
    a resolution holds central's value. A resolution for a path that is not in conflict is not used.
    """
    merged = merge_entity(entity, base, local, central)
    if not merged.conflicts:
        return merged.fields
    if whole := resolutions.get(WHOLE):
        return None if whole.value is None else flat(kind_of(entity), whole.value)
    if merged.fields is None:
        return None
    fields = folded(merged.fields, {c.path: None for c in merged.conflicts if c.path})[0]
    settled = {c.path: resolutions[c.path].value for c in merged.conflicts if c.path in resolutions}
    return flat(kind_of(entity), nested({**fields, **settled}))


def _in_conflict(entity: EntityId, base: Fields | None, local: Fields | None, central: Fields | None) -> MergedEntity:
    values = [None if version is None else nested(version) for version in (base, local, central)]
    return MergedEntity(central, (Conflict(entity, WHOLE, *values),))


def _field_by_field(entity: EntityId, base: Fields, local: Fields, central: Fields) -> MergedEntity:
    kind = kind_of(entity)
    was, ours, theirs = folded(base, local, central)
    fields = dict(theirs)
    conflicts: list[Conflict] = []
    for path in {**theirs, **ours}:
        mine, other = ours.get(path), theirs.get(path)
        if mine is other or same(mine, other):
            continue
        leaf = merged_leaf(kind, path, was.get(path), mine, other)
        if isinstance(leaf, Clash):
            conflicts.append(Conflict(entity, path, was.get(path), mine, other))
        elif leaf is None:
            fields.pop(path, None)
        else:
            fields[path] = leaf
    merged = unfolded(fields) if was is not base else fields
    return MergedEntity(merged, tuple(sorted(conflicts, key=lambda conflict: conflict.path)))
