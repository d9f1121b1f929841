"""What a target and main last agreed on: the synced ref, which is the base of every merge.

It names a revision of main. Where the target agrees to something else than that revision says (an older version, or
nothing: a conflict, a held change, a gap), it names a commit on top of it whose ``agreed.yaml`` lists just that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.formats import yaml_text
from reconciler.model.fields import Fields, flat, nested
from reconciler.model.names import EntityId, Revision, kind_of
from reconciler.model.refnames import synced_ref
from reconciler.ports import Author, Store
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.targets import Target

_FILE = "agreed.yaml"


@dataclass(frozen=True)
class Agreement:
    """``config`` is what the target agreed to hold; ``revision`` the main that it was synced with; None: never."""

    ref: Revision | None
    revision: Revision | None
    config: Mapping[EntityId, Fields]


def agreement(centre: Centre, target: Target) -> Agreement:
    ref = centre.store.ref(synced_ref(target.id))
    if ref is None:
        return Agreement(None, None, {})
    return centre.once(("agreement", ref, target.id), lambda: _read(centre, target, ref))


def _read(centre: Centre, target: Target, ref: Revision) -> Agreement:
    data = centre.store.files(ref).get(_FILE)
    if data is None:
        return Agreement(ref, ref, centre.config(ref, target))
    revision = centre.store.read(ref).parents[0]
    config = dict(centre.config(revision, target))
    for name, value in yaml_text.read(data).items():
        entity = EntityId(name)
        if value is None:
            config.pop(entity, None)
        else:
            config[entity] = flat(kind_of(entity), value)
    return Agreement(ref, revision, config)


def agree(centre: Centre, target: Target, old: Agreement, revision: Revision, config: Mapping[EntityId, Fields], author: Author) -> Agreement:
    """Move the synced ref so that it says ``config``, at main's ``revision``. Nothing is written when it says so already."""
    if old.ref is not None and old.revision == revision and old.config == config:
        return old
    central = centre.config(revision, target)
    differs = sorted(e for e in {**central, **config} if central.get(e) != config.get(e))
    new = _commit(centre.store, target, revision, {e: config.get(e) for e in differs}, author) if differs else revision
    if new != old.ref:
        centre.store.move_ref(synced_ref(target.id), new, old.ref)
    return Agreement(new, revision, dict(config))


def _commit(store: Store, target: Target, revision: Revision, differs: Mapping[EntityId, Fields | None], author: Author) -> Revision:
    value: dict[str, object] = {str(e): None if fields is None else nested(fields) for e, fields in differs.items()}
    text = f"Synced {target.id}, but for {len(differs)} {'entity' if len(differs) == 1 else 'entities'}\n"
    return store.commit(revision, {_FILE: yaml_text.dump(value)}, [revision], text, author)
