"""What the sections for allowed tools share: an entry is an entity that is there or is not."""

from __future__ import annotations

from reconciler.mapping.sections import Held, Loss
from reconciler.model.fields import Fields
from reconciler.model.names import EntityId
from reconciler.model.tool_entry import entry_text, tool_of_entity

PRESENT: Fields = {("entry",): True}
NOTHING_LOST = Held(PRESENT)


def not_said(entity: EntityId, client: str) -> Held:
    """A restriction that the client cannot say is a gap; an allow is lost, which only narrows."""
    decision, entry = tool_of_entity(entity)
    if decision == "allow":
        return Held(None, (Loss((), f"{client} cannot say it without allowing more"),))
    return Held(None, (Loss((), f"{client} cannot {decision} {entry_text(entry)}", is_gap=True),))
