"""What may be printed of an entity that stands in a repository: a person may have committed a secret by hand.

What our own commits hold is masked already and comes out as it is.
"""

from __future__ import annotations

from collections.abc import Collection

from reconciler.mapping.filling import Local
from reconciler.mapping.masking import mask
from reconciler.model.fields import Fields, Path
from reconciler.model.names import EntityId

HIDDEN = "(not shown: it looks like a secret)"
_KNOWS_NOTHING = Local("", lambda _: None, frozenset(), lambda _: "")


def printable(entity: EntityId, fields: Fields, plain: Collection[str] = ()) -> Fields:
    """The fields with what looks like a secret as a reference, or hidden. ``plain`` are fields declared to be none."""
    local = Local("", lambda _: None, frozenset(), lambda _: "", plain=frozenset(plain)) if plain else _KNOWS_NOTHING
    nulls: dict[Path, None] = {path: None for path, leaf in fields.items() if leaf is None}
    done = mask({entity: {p: leaf for p, leaf in fields.items() if leaf is not None}}, {}, local).config
    return {**nulls, **done[entity]} if entity in done else dict.fromkeys(fields, HIDDEN)
