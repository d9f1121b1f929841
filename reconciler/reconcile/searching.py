"""Commits of main that a person looks for: by what they changed, where it came from, who and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from reconciler.model.trailers import CONFLICT, RESOLVED_BY, TARGET, trailers
from reconciler.ports import Commit
from reconciler.reconcile.history import FieldChange, commit_json, field_changes, log
from reconciler.reconcile.passes import Reconciler


@dataclass(frozen=True)
class Filter:
    """What a commit must be to be listed; what is left out is not asked. ``since`` and ``until`` are seconds since 1970.

    ``entity`` may have ``*`` in it. ``field`` also finds what stands below it.
    """

    entity: str = ""
    field: str = ""
    client: str = ""
    machine: str = ""
    target: str = ""
    person: str = ""
    since: float | None = None
    until: float | None = None
    is_conflict: bool = False
    path: str | None = None

    @property
    def asks_for_content(self) -> bool:
        return bool(self.entity or self.field)


def found(engine: Reconciler, wanted: Filter, limit: int) -> Iterator[tuple[Commit, list[FieldChange]]]:
    """The newest commits that match, each with the fields that it changed; of a search for content only those."""
    count = 0
    for commit in log(engine, path=wanted.path):
        if count >= limit:
            return
        if not _is_from(commit, wanted):
            continue
        changes = field_changes(engine, commit.revision)
        hits = [c for c in changes if _is_about(c, wanted)] if wanted.asks_for_content else changes
        if hits or not wanted.asks_for_content:
            count += 1
            yield commit, hits


def found_json(commit: Commit, changes: list[FieldChange]) -> dict[str, Any]:
    return {**commit_json(commit), "changes": [asdict(c) for c in changes]}


def _is_from(commit: Commit, wanted: Filter) -> bool:
    rows = trailers(commit.message)
    if wanted.is_conflict and not any(key == CONFLICT for key, _ in rows):
        return False
    if (wanted.since is not None and commit.author.when < wanted.since) or (wanted.until is not None and commit.author.when >= wanted.until):
        return False
    places = [_place(value) for key, value in rows if key == TARGET]
    asked = {name: value for name in ("machine", "client", "target") if (value := getattr(wanted, name))}
    return _is_by(commit, rows, wanted.person) and (not asked or any(_is_at(place, asked) for place in places))


def _place(target: str) -> dict[str, str]:
    """``laptop-1/codex/user``, or a machine alone."""
    parts = target.split("/", 2)
    return {"machine": parts[0], "client": parts[1] if len(parts) > 1 else "", "target": target, "short": "/".join(parts[1:])}


def _is_at(place: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    return all(value == place[name] or (name == "target" and value in (place["short"], place["client"])) for name, value in asked.items())


def _is_by(commit: Commit, rows: list[tuple[str, str]], person: str) -> bool:
    """The author by name or address, or who decided in it."""
    word = person.lower()
    deciders = [value.split(" (", 1)[0] for key, value in rows if key == RESOLVED_BY]
    return not word or word in commit.author.name.lower() or word == commit.author.email.lower() or word in map(str.lower, deciders)


def _is_about(change: FieldChange, wanted: Filter) -> bool:
    entity, field = wanted.entity, wanted.field
    names = {change.entity, f"tools/{change.field}" if change.entity == "tools/default" else change.entity}
    if entity and not any(fnmatchcase(name, entity) for name in names):
        return False
    if not field or change.field == field or (change.field or "").startswith(f"{field}."):
        return True
    sides = [_below(side, field) for side in (change.before, change.after)]
    return change.field is None and sides[0] != sides[1]


def _below(value: Any, field: str) -> Any:
    """What stands at a field of a whole entity; None when nothing does."""
    for key in field.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
