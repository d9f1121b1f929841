"""Changes of `reconciler.yaml` that commands make: accepted gaps, ignore rules, values that are no secrets or are some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.formats import yaml_text
from reconciler.formats.edit import Edit, Insert, Remove, Set
from reconciler.model.names import Revision
from reconciler.model.trailers import RESOLVED_BY, with_trailers
from reconciler.reconcile import policy_gate
from reconciler.reconcile.centre import SETTINGS
from reconciler.reconcile.committing import insisted, on_main, person
from reconciler.reconcile.passes import Reconciler


def add_to(engine: Reconciler, name: str, item: Any, subject: str, not_in: str | None = None) -> Revision:
    """Add an item to a list of the settings, and take it out of another one. Nothing is written when it is so already."""
    return _edited(engine, lambda value: _edits(value, name, item, not_in), subject)


def put_in(engine: Reconciler, name: str, item: Mapping[str, Any], subject: str) -> Revision:
    """Put an item into a list of the settings, in the place of the one with its ``name``; keys and comments of that stay where they can."""

    def edits(value: dict[str, Any]) -> Sequence[Edit]:
        known = value.get(name) or []
        at = next((n for n, old in enumerate(known) if isinstance(old, dict) and old.get("name") == item["name"]), None)
        if at is None:
            return [Insert((name,), dict(item))]
        gone: list[Edit] = [Remove((name, at, key)) for key in known[at] if key not in item]
        return [*gone, *(Set((name, at, key), value) for key, value in item.items() if known[at].get(key) != value)]

    return _edited(engine, edits, subject)


def take_from(engine: Reconciler, name: str, items: Sequence[Any], subject: str) -> Revision:
    """Take items out of a list of the settings. Nothing is written when they are not there."""
    return _edited(engine, lambda value: [Remove((name, at)) for at, item in reversed(list(enumerate(value.get(name) or []))) if item in items], subject)


def _edited(engine: Reconciler, edits_of: Callable[[dict[str, Any]], Sequence[Edit]], subject: str) -> Revision:
    store, who = engine.ports.store, person(engine)
    message = with_trailers(subject, "", [(RESOLVED_BY, who.name)])

    def made(main: Revision) -> Revision | None:
        data = store.files(main).get(SETTINGS, b"")
        edits = edits_of(yaml_text.read(data) if data else {})
        if not edits:
            return None
        new = store.commit(main, {SETTINGS: yaml_text.edit(data, edits)}, [main], message, who)
        if engine.ports.approves:
            policy_gate.approve_own(engine.centre, main, new, who)
        return new

    return insisted(on_main(engine, made))  # not trusted: what was asked for may not be valid


def _edits(value: dict[str, Any], name: str, item: Any, not_in: str | None) -> Sequence[Edit]:
    edits: list[Edit] = []
    if item not in (value.get(name) or []):
        edits.append(Insert((name,), item))
    others = (value.get(not_in) or []) if not_in else []
    if not_in and item in others:
        edits.append(Remove((not_in, others.index(item))))
    return edits
