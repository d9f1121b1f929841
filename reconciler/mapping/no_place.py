"""A kind that a client does not read in a scope at all: nothing is found, nothing is held, and that is said."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.mapping.documents import Docs
from reconciler.mapping.sections import Changes, Held, Loss, Reading, Wanted
from reconciler.model.fields import Fields
from reconciler.model.names import TOOLS, EntityId, RelPath, kind_of
from reconciler.model.tool_entry import tool_of_entity


@dataclass(frozen=True)
class NoPlace:
    """A restriction that finds no place is a gap; anything else is only lost."""

    kind: str
    reason: str

    def read(self, docs: Docs, reading: Reading) -> None:
        """There is nothing to read."""

    def held(self, entity: EntityId, fields: Fields) -> Held:
        is_gap = kind_of(entity) == TOOLS and tool_of_entity(entity)[0] != "allow"
        return Held(None, (Loss((), self.reason, is_gap=is_gap, is_out_of_scope=not is_gap),))

    def change(self, docs: Docs, found: Reading, wanted: Wanted, changes: Changes) -> None:
        """Nothing is ever wanted here."""

    def home_of(self, entity: EntityId, docs: Docs) -> RelPath | None:
        return None
