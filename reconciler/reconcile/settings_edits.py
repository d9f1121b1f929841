"""Changes of `reconciler.yaml` that commands make: accepted gaps, values that are no secrets or are some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reconciler.errors import Raced, Stalled
from reconciler.formats import yaml_text
from reconciler.formats.edit import Edit, Insert, Remove
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.model.trailers import with_trailers
from reconciler.reconcile.centre import SETTINGS
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.starting import person

_TRIES = 10


def add_to(engine: Reconciler, name: str, item: Any, subject: str, not_in: str | None = None) -> Revision:
    """Add an item to a list of the settings, and take it out of another one. Nothing is written when it is so already."""
    store = engine.ports.store
    for _ in range(_TRIES):
        main = store.ref(MAIN)
        if main is None:
            raise Stalled("there is no repository yet; run `reconciler init`")
        data = store.files(main).get(SETTINGS, b"")
        value = yaml_text.read(data) if data else {}
        edits = _edits(value, name, item, not_in)
        if not edits:
            return main
        message = with_trailers(subject, "", [("Resolved-By", person(engine).name)])
        new = store.commit(main, {SETTINGS: yaml_text.edit(data, edits)}, [main], message, person(engine))
        try:
            store.move_ref(MAIN, new, main)
        except Raced:
            continue
        return new
    raise Raced("main is being moved by others all the time; try again")


def _edits(value: dict[str, Any], name: str, item: Any, not_in: str | None) -> Sequence[Edit]:
    edits: list[Edit] = []
    if item not in (value.get(name) or []):
        edits.append(Insert((name,), item))
    others = (value.get(not_in) or []) if not_in else []
    if not_in and item in others:
        edits.append(Remove((not_in, others.index(item))))
    return edits
