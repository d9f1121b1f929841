"""What every part of a client's configuration can do: be read, be compared, be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.formats.edit import Edit
from reconciler.mapping.documents import Docs
from reconciler.model.fields import Fields, Path
from reconciler.model.names import EntityId, RelPath
from reconciler.model.results import Problem

Wanted = Mapping[EntityId, Fields | None]
"""Entities to be changed: what each should be, or None when it should go. Others are not touched."""


@dataclass
class Reading:
    """What a section found: entities, and the file that each stands in."""

    config: dict[EntityId, Fields] = field(default_factory=dict)
    places: dict[EntityId, RelPath] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unreadable: set[EntityId] = field(default_factory=set)
    """Entries that are there but make no sense: neither captured nor changed nor taken for removed."""


@dataclass(frozen=True)
class Loss:
    """Why a client cannot hold an entity or a field of it (an empty path is the whole entity).

    A gap is a restriction that would be lost: then the entity is not written at all. What is out of scope has no place
    in this scope of the client, though it has one in another: lost, but nothing that a person must accept.
    """

    path: Path
    reason: str
    is_gap: bool = False
    is_out_of_scope: bool = False


@dataclass(frozen=True)
class Held:
    """What a client can hold of an entity: ``fields`` None when nothing may be written."""

    fields: Fields | None
    losses: tuple[Loss, ...] = ()


@dataclass
class Changes:
    """Edits by file key, and whole texts of files (None removes) by path."""

    edits: dict[str, list[Edit]] = field(default_factory=dict)
    texts: dict[RelPath, bytes | None] = field(default_factory=dict)

    def add(self, key: str, *edits: Edit) -> None:
        self.edits.setdefault(key, []).extend(edits)


class Section(Protocol):
    """One kind of entity in a client's files."""

    @property
    def kind(self) -> str: ...

    def read(self, docs: Docs, reading: Reading) -> None:
        """Add what stands in the documents to ``reading``."""

    def held(self, entity: EntityId, fields: Fields) -> Held:
        """What the client can hold of an entity, in canonical form."""

    def change(self, docs: Docs, found: Reading, wanted: Wanted, changes: Changes) -> None:
        """Add the edits that make the documents hold ``wanted``; every other byte stays."""

    def home_of(self, entity: EntityId, docs: Docs) -> RelPath | None:
        """The file or folder whose absence must not be taken for the removal of this entity."""
