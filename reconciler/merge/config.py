"""Three versions of a whole configuration become one, entity by entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.merge.entity import merge_entity
from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId
from reconciler.model.results import Conflict


@dataclass(frozen=True)
class MergedConfig:
    """What both sides should hold. An entity in ``conflicts`` stands in ``config`` as central has it, or half merged:
    it waits, and is not to be used before it is resolved."""

    config: Config
    conflicts: Mapping[EntityId, tuple[Conflict, ...]] = field(default_factory=dict)


def merge_config(base: Config, local: Config, central: Config) -> MergedConfig:
    """The merge of all entities; those that are absent on both sides are absent. See ``merge_entity``."""
    config: dict[EntityId, Fields] = {}
    conflicts: dict[EntityId, tuple[Conflict, ...]] = {}
    for entity in {**central, **local}:
        merged = merge_entity(entity, base.get(entity), local.get(entity), central.get(entity))
        if merged.fields is not None:
            config[entity] = merged.fields
        if merged.conflicts:
            conflicts[entity] = merged.conflicts
    return MergedConfig(config, conflicts)
