"""The history of main: what each commit changed, and how to take one back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from reconciler.errors import Stalled
from reconciler.mapping.layers import PieceCache, read_repository
from reconciler.mapping.lowering import config_of
from reconciler.mapping.printable import printable
from reconciler.merge.entity import merge_entity
from reconciler.model.fields import Fields, changed_paths, dotted
from reconciler.model.names import EntityId, Revision, shown
from reconciler.model.trailers import RESOLVED_BY, TARGET, trailers, with_trailers
from reconciler.ports import Commit
from reconciler.reconcile import approvals, policy_gate
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.committing import insisted, on_good_main, person
from reconciler.reconcile.passes import Reconciler

_RELATIVE = re.compile(r"(?:HEAD|main)(?:~(\d{1,6}))?")


@dataclass(frozen=True)
class FieldChange:
    """One field that a commit changed. ``before`` and ``after`` are None where it is absent."""

    path: str
    entity: str
    field: str | None
    before: Any
    after: Any


def log(engine: Reconciler, limit: int | None = None, path: str | None = None) -> Iterator[Commit]:
    """Commits of main, newest first, along first parents: one for each change that landed."""
    main = engine.centre.main()
    return iter(()) if main is None else islice(engine.ports.store.history(main, path=path), limit)


def named(engine: Reconciler, name: str) -> Commit:
    """The commit of a revision, or of ``HEAD`` or ``main`` and so many commits before it, as git names them: ``HEAD~2``."""
    found = _RELATIVE.fullmatch(name)
    if found is None:
        return engine.ports.store.read(Revision(name))
    commit = next(islice(log(engine), int(found[1] or 0), None), None)
    if commit is None:
        raise Stalled(f"{name}: main has no such commit; see `reconciler history`")
    return commit


def commit_json(commit: Commit) -> dict[str, Any]:
    by = {"name": commit.author.name, "email": commit.author.email}
    head = {"revision": commit.revision, "parents": list(commit.parents), "subject": commit.subject, "author": by}
    return {**head, "at": commit.author.when, "trailers": [list(pair) for pair in trailers(commit.message)]}


def field_changes(engine: Reconciler, revision: Revision) -> list[FieldChange]:
    """What a commit changed against its first parent, field by field; a secret that somebody committed is not shown."""
    return changes_of(engine.centre, engine.ports.store.read(revision))


def changes_of(centre: Centre, commit: Commit) -> list[FieldChange]:
    before = commit.parents[0] if commit.parents else None
    plain = [str(name) for name in centre.settings(commit.revision).list("plain_values")]
    out: list[FieldChange] = []
    for path, (old, new) in centre.store.changes(before, commit.revision).items():
        out += _changes_of(path, *({e: printable(e, f, plain) for e, f in entities_in(path, data).items()} for data in (old, new)))
    return out


def entities_in(path: str, data: bytes | None) -> dict[EntityId, Fields]:
    """What one file of the repository says of each of its entities; a key that it takes away is None."""
    if data is None:
        return {}
    layers = read_repository({path: data}, PieceCache()).layers
    return {e: {**dict.fromkeys(p.nulls), **p.fields} for held in layers.values() for e, pieces in held.items() for p in pieces}


def _changes_of(path: str, old: Mapping[EntityId, Fields], new: Mapping[EntityId, Fields]) -> Iterator[FieldChange]:
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

    def made(main: Revision) -> Revision:
        commit = _revertible(engine, name, main)
        rows = [(TARGET, t) for key, t in trailers(commit.message) if key == TARGET]
        message = with_trailers(
            f"Revert: {commit.subject}"[:100], f"This takes back {commit.revision}.", [*rows, (RESOLVED_BY, person(engine).name)]
        )
        new = engine.ports.store.commit(main, _reverted(engine, commit, main), [main], message, person(engine))
        if engine.ports.approves:
            _approve(engine, main, new)
            policy_gate.approve_own(engine.centre, main, new, person(engine))
        return new

    return insisted(on_good_main(engine, made))


def _revertible(engine: Reconciler, name: str, main: Revision) -> Commit:
    commit = named(engine, name)
    if not engine.ports.store.is_ancestor(commit.revision, main):
        raise Stalled(f"{name}: this revision is not in main; see `reconciler history`")
    if not commit.parents:
        raise Stalled(f"{name}: the first commit cannot be taken back")
    return commit


def _approve(engine: Reconciler, main: Revision, new: Revision) -> None:
    """Who takes a commit back approves what comes back; not what else main holds that waits for an approver."""
    centre, who, targets = engine.centre, person(engine), engine.targets()
    for base in dict.fromkeys(target.base for target in targets):
        found, members = set[EntityId](), [t for t in targets if t.base == base]
        for target in members:
            before, after = centre.config(main, target), centre.config(new, target)
            found |= {e for e in {**before, **after} if before.get(e) != after.get(e)}
        unapproved = approvals.waiting_at(centre, members, main)
        approvals.note(centre, main, new, base, sorted(found - unapproved), f"approved by {who.name}", who)


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

    base, local, central = (entities_in(path, data) for data in (after, before, now))
    merged: dict[EntityId, Fields | None] = {}
    for entity in {**base, **local, **central}:
        one = merge_entity(entity, base.get(entity), local.get(entity), central.get(entity))
        if one.conflicts:
            raise Stalled(f"{path}: it was changed again since; undo the later change first, or edit the file in the repository")
        merged[entity] = one.fields
    return piece_text(path, now or b"", central, merged)
