"""What a target leaves as it is, by the rules under ``ignore`` in `reconciler.yaml`: neither captured nor written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.fields import Config, Fields, Path
from reconciler.model.names import EntityId
from reconciler.model.patterns import entity_names, field_name, is_match

_BESIDE = frozenset({"env", "headers", "timeouts", "oauth", "extra", "description"})
"""Fields without which an entity still is what it is. Without another one (``command``, ``enabled``, ``tools``) a new
server would not start, or would do more than main lets it."""
_SHAPE: tuple[Path, ...] = (("command",), ("url",))


@dataclass(frozen=True)
class Ignoring:
    """The patterns that hold for one target. One that names an entity is for the whole of it."""

    patterns: tuple[str, ...] = ()

    def is_whole(self, entity: EntityId) -> bool:
        return any(is_match(pattern, entity_names(entity)) for pattern in self.patterns)

    def paths(self, entity: EntityId, fields: Fields) -> Iterator[Path]:
        """The fields of an entity that a pattern names."""
        return (path for path in fields if any(is_match(pattern, [field_name(entity, path)]) for pattern in self.patterns))

    def laid(self, entity: EntityId, fields: Fields, other: Fields) -> Fields:
        """``fields`` with the ignored ones as they are in ``other``, or not at all."""
        if not self.patterns:
            return fields
        out, theirs = set(self.paths(entity, fields)), {path: other[path] for path in self.paths(entity, other)}
        return {**{path: leaf for path, leaf in fields.items() if path not in out}, **theirs} if out or theirs else fields

    def left_alone(self, giver: Config, taker: Config) -> frozenset[EntityId]:
        """Entities of which nothing goes from one side to the other: ignored as a whole, or not to be parted.

        The latter where an ignored field is more than an addition, and the taker has no such entity, or a server of
        another kind: half of a server is none.
        """
        if not self.patterns:
            return frozenset()
        apart = (e for e, fields in giver.items() if not self._can_part(e, fields, taker.get(e)))
        return frozenset((*apart, *filter(self.is_whole, {**giver, **taker})))

    def _can_part(self, entity: EntityId, given: Fields, there: Fields | None) -> bool:
        if all(path[0] in _BESIDE for path in self.paths(entity, {**given, **(there or {})})):
            return True
        return there is not None and all((path in given) == (path in there) for path in _SHAPE)

    def seen(self, found: Config, alone: frozenset[EntityId]) -> Config:
        """What is left of the files for a pass to look at."""
        if not self.patterns:
            return found
        return {e: self.laid(e, fields, {}) for e, fields in found.items() if e not in alone}


NOTHING = Ignoring()
