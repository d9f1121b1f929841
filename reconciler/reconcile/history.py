"""The history of main: what each commit changed, and how to take one back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.errors import Raced, Stalled
from reconciler.mapping.layers import PieceCache, read_repository
from reconciler.mapping.lowering import config_of
from reconciler.merge.entity import merge_entity
from reconciler.model.fields import Fields, changed_paths, dotted
from reconciler.model.names import EntityId, Revision, shown
from reconciler.model.refnames import MAIN
from reconciler.model.trailers import trailers, with_trailers
from reconciler.ports import Commit
from reconciler.reconcile import approvals
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.starting import person

_TRIES = 10


@dataclass(frozen=True)
class FieldChange:
    """One field that a commit changed. ``before`` and ``after`` are None where it is absent."""

    path: str
    entity: str
    field: str | None
    before: Any
    after: Any


def log(engine: Reconciler, limit: int, path: str | None = None) -> Iterator[Commit]:
    """Commits of main, newest first, along first parents: one for each change that landed."""
    main = engine.centre.main()
    if main is None:
        return
    for count, commit in enumerate(engine.ports.store.history(main, path=path)):
        if count >= limit:
            return
        yield commit


def commit_json(commit: Commit) -> dict[str, Any]:
    by = {"name": commit.author.name, "email": commit.author.email}
    head = {"revision": commit.revision, "parents": list(commit.parents), "subject": commit.subject, "author": by}
    return {**head, "at": commit.author.when, "trailers": [list(pair) for pair in trailers(commit.message)]}


def field_changes(engine: Reconciler, revision: Revision) -> list[FieldChange]:
    """What a commit changed against its first parent, field by field."""
    commit = engine.ports.store.read(revision)
    before = commit.parents[0] if commit.parents else None
    out: list[FieldChange] = []
    for path, (old, new) in engine.ports.store.changes(before, commit.revision).items():
        out += _changes_of(path, _entities(path, old), _entities(path, new))
    return out


def _entities(path: str, data: bytes | None) -> dict[EntityId, Fields]:
    if data is None:
        return {}
    layers = read_repository({path: data}, PieceCache()).layers
    return {e: {**dict.fromkeys(p.nulls), **p.fields} for held in layers.values() for e, pieces in held.items() for p in pieces}


def _changes_of(path: str, old: dict[EntityId, Fields], new: dict[EntityId, Fields]) -> Iterator[FieldChange]:
    if not old and not new:
        yield FieldChange(path, path, None, None, None)
    for entity in {**old, **new}:
        name, inner = shown(entity)
        if inner:
            yield FieldChange(path, name, inner, entity in old or None, entity in new or None)
        elif entity not in old or entity not in new:
            yield FieldChange(path, name, None, _whole(old.get(entity)), _whole(new.get(entity)))
        else:
            for at in changed_paths(old[entity], new[entity]):
                yield FieldChange(path, name, dotted(at), old[entity].get(at), new[entity].get(at))


def _whole(fields: Fields | None) -> dict[str, Any] | None:
    return None if fields is None else config_of(fields)


def revert(engine: Reconciler, name: str) -> Revision:
    """Take one commit of main back by a new commit; a merge commit against its first parent.

    What changed since stays: raises ``Stalled`` when a file of the commit was changed again in the same place.
    """
    store = engine.ports.store
    for _ in range(_TRIES):
        main = engine.centre.main()
        commit = store.read(Revision(name))
        if main is None or not store.is_ancestor(commit.revision, main):
            raise Stalled(f"{name}: this revision is not in main; see `reconciler history`")
        if not commit.parents:
            raise Stalled(f"{name}: the first commit cannot be taken back")
        changes = _reverted(engine, commit, main)
        rows = [("Target", t) for key, t in trailers(commit.message) if key == "Target"]
        message = with_trailers(f"Revert: {commit.subject}"[:100], f"This takes back {commit.revision}.", [*rows, ("Resolved-By", person(engine).name)])
        try:
            new = store.commit(main, changes, [main], message, person(engine))
            _approve(engine, main, new)
            store.move_ref(MAIN, new, main)
        except Raced:
            continue
        if engine.centre.memory.load("good-main").get("revision") == main:
            engine.centre.trust(new)
        return new
    raise Raced("main is being moved by others all the time; try again")


def _approve(engine: Reconciler, main: Revision, new: Revision) -> None:
    """Who takes a commit back approves what comes back; not what else main holds that waits for an approver."""
    centre, found, unapproved = engine.centre, set[EntityId](), set[EntityId]()
    for target in engine.targets():
        before, after = centre.config(main, target), centre.config(new, target)
        found |= {e for e in {**before, **after} if before.get(e) != after.get(e)}
        unapproved |= approvals.held_back(centre, target, agreement(centre, target), main).keys()
    who = person(engine)
    approvals.note(centre, main, new, sorted(found - unapproved), f"approved by {who.name}", who)


def _reverted(engine: Reconciler, commit: Commit, main: Revision) -> dict[str, bytes | None]:
    """The files that the revert changes: the old bytes where nothing changed since, else merged field by field."""
    now = engine.ports.store.files(main)
    out: dict[str, bytes | None] = {}
    for path, (before, after) in engine.ports.store.changes(commit.parents[0], commit.revision).items():
        if now.get(path) == after:
            out[path] = before
        elif now.get(path) != before:
            out[path] = _merged_file(path, before, after, now.get(path))
    return out


def _merged_file(path: str, before: bytes | None, after: bytes | None, now: bytes | None) -> bytes | None:
    from reconciler.mapping.lowering import piece_text

    base, local, central = (_entities(path, data) for data in (after, before, now))
    merged: dict[EntityId, Fields | None] = {}
    for entity in {**base, **local, **central}:
        one = merge_entity(entity, base.get(entity), local.get(entity), central.get(entity))
        if one.conflicts:
            raise Stalled(f"{path}: it was changed again since; undo the later change first, or edit the file in the repository")
        merged[entity] = one.fields
    return piece_text(path, now or b"", central, merged)
