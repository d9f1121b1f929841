"""What a target and main last agreed on: the synced ref, which is the base of every merge.

It names a revision of main. Where the target agrees to something else than that revision says (an older version, or
nothing: a conflict, a held change, a gap), it names a commit on top of it whose ``agreed.yaml`` lists just that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from reconciler.fault_points import fault_point
from reconciler.formats import yaml_text
from reconciler.model.fields import Config, Fields, differ, flat, nested
from reconciler.model.names import EntityId, Revision, kind_of
from reconciler.model.refnames import synced_ref
from reconciler.model.trailers import TARGET, trailers
from reconciler.ports import Author, Commit, Store
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.targets import Target, view_of

_FILE = "agreed.yaml"
_MOST_LOOKED_AT = 100
"""A target that is so many commits behind was not left so by a kill."""


@dataclass(frozen=True)
class Agreement:
    """``config`` is what the target agreed to hold; ``revision`` the main that it was synced with; None: never."""

    ref: Revision | None
    revision: Revision | None
    config: Mapping[EntityId, Fields]

    def with_landed(self, landed: Mapping[EntityId, Fields | None]) -> dict[EntityId, Fields]:
        """``config`` with what main has taken in since: both sides had that, whatever main says now."""
        return {e: f for e, f in {**self.config, **landed}.items() if f is not None}


def agreement(centre: Centre, target: Target) -> Agreement:
    ref = centre.store.ref(synced_ref(target.id))
    if ref is None:
        return Agreement(None, None, {})
    return agreement_at(centre, target, ref)


def agreement_at(centre: Centre, target: Target, ref: Revision) -> Agreement:
    """The same as one version of the synced ref said it. Raises ``Stalled`` when that is no longer kept."""
    return centre.once(("agreement", ref, *view_of(target)), lambda: _read(centre, target, ref))


def _read(centre: Centre, target: Target, ref: Revision) -> Agreement:
    data = centre.store.files(ref).get(_FILE)
    if data is None:
        return Agreement(ref, ref, centre.whole(ref, target))
    revision = centre.store.read(ref).parents[0]
    config = dict(centre.whole(revision, target))
    for name, value in yaml_text.read(data).items():
        entity = EntityId(name)
        if value is None:
            config.pop(entity, None)
        else:
            config[entity] = flat(kind_of(entity), value)
    return Agreement(ref, revision, config)


def with_unsaid(centre: Centre, target: Target, agreed: Agreement, local: Config, main: Revision) -> Agreement:
    """The same with what main and the target both had since, should a kill have left that unsaid.

    Main may have taken an edit in, or the target been written: then the next edit would be a conflict with the one before.
    """
    config = dict(agreed.config)
    central = centre.config(main, target)
    open_ = {e for e in {**central, **local} if differ(central.get(e), config.get(e)) and differ(local.get(e), config.get(e))}
    for commit in _since(centre, agreed, main) if open_ else ():
        then = centre.config(commit.revision, target)
        taken = centre.config(commit.parents[1], target) if _is_of(target, commit) else local
        for entity in [e for e in open_ if not differ(then.get(e), taken.get(e))]:
            open_.remove(entity)
            config.pop(entity, None)
            config |= {entity: then[entity]} if entity in then else {}
    return replace(agreed, config=config)


def _since(centre: Centre, agreed: Agreement, main: Revision) -> Iterator[Commit]:
    """Main's commits since the target was last synced, newest first."""
    found = islice(centre.store.history(main), _MOST_LOOKED_AT if agreed.revision else 0)
    return takewhile(lambda commit: commit.revision != agreed.revision, found)


def _is_of(target: Target, commit: Commit) -> bool:
    """True for a merge of one of the target's change branches."""
    return len(commit.parents) == 2 and (TARGET, target.id) in trailers(commit.message)


def agree(centre: Centre, target: Target, old: Agreement, revision: Revision, config: Mapping[EntityId, Fields], author: Author) -> Agreement:
    """Move the synced ref so that it says ``config``, at main's ``revision``. Nothing is written when it says so already."""
    if old.ref is not None and old.revision == revision and not any(differ(old.config.get(e), config.get(e)) for e in {**old.config, **config}):
        return old
    central = centre.whole(revision, target)
    differs = sorted(e for e in {**central, **config} if differ(central.get(e), config.get(e)))
    new = _commit(centre.store, target, revision, {e: config.get(e) for e in differs}, author) if differs else revision
    if new != old.ref:
        fault_point("agree.committed")
        centre.store.move_ref(synced_ref(target.id), new, old.ref)
    return Agreement(new, revision, dict(config))


def _commit(store: Store, target: Target, revision: Revision, differs: Mapping[EntityId, Fields | None], author: Author) -> Revision:
    value: dict[str, object] = {str(e): None if fields is None else nested(fields) for e, fields in differs.items()}
    text = f"Synced {target.id}, but for {len(differs)} {'entity' if len(differs) == 1 else 'entities'}\n"
    return store.commit(revision, {_FILE: yaml_text.dump(value)}, [revision], text, author)
