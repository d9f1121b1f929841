"""Where a value comes from: the commit, person, client and layer that gave it, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from reconciler.errors import Stalled
from reconciler.mapping.layers import Layer, Piece, PieceCache, Repository, effective, path_of, place_of, read_repository
from reconciler.mapping.lowering import config_of
from reconciler.mapping.printable import printable
from reconciler.model.fields import Fields, dotted
from reconciler.model.names import TOOLS, EntityId, Revision, kind_of, shown
from reconciler.model.trailers import CONFLICT, RESOLVED_BY, TARGET, trailers
from reconciler.ports import Commit
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.targets import Target


@dataclass(frozen=True)
class Question:
    """``field`` as people type it; empty for the whole entity."""

    entity: EntityId
    field: str = ""


@dataclass(frozen=True)
class Step:
    """One value that the field has had. ``origin`` made the change, ``landed`` brought it to main: often the same."""

    value: Any
    layer: Layer | None
    path: str
    landed: Commit
    origin: Commit
    target: str
    decisions: tuple[str, ...] = ()
    resolved_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trace:
    """``steps`` newest first: the first is the value that holds now. ``targets`` are all for which that is so."""

    targets: tuple[Target, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class _Given:
    value: Any
    layer: Layer | None = None
    path: str = ""


def asked(centre: Centre, targets: Sequence[Target], name: str, inner: str) -> Question:
    """The question that a person typed: ``mcp/github.args``, or the entity and the field as two words."""
    if name == "tools/default" and inner:
        return Question(EntityId(f"tools/{inner}"))
    if inner:
        return Question(EntityId(name), inner)
    main = centre.in_force()[0]
    known = {e for t in targets for e in centre.config(main, t)} if main else set()
    whole = sorted((e for e in known if name == e or name.startswith(f"{e}.")), key=len)
    if whole:
        return Question(whole[-1], name[len(whole[-1]) + 1 :])
    if name.startswith("tools/"):
        return Question(EntityId(name))
    entity, _, rest = name.partition(".")
    return Question(EntityId(entity), rest)


def trace(centre: Centre, targets: Sequence[Target], question: Question, limit: int) -> list[Trace]:
    """One trace for each value that targets have now, with all targets that it came to in the same way.

    Raises ``Stalled`` when no target has, or ever had, such a field.
    """
    main = centre.in_force()[0]
    if main is None:
        raise Stalled("there is nothing in the repository yet; run `reconciler init`")
    grouped: dict[tuple[Any, ...], tuple[list[Target], list[Step]]] = {}
    for target in targets:
        steps = list(_Line(centre, target, question).steps(main, limit))
        key = tuple((s.landed.revision, s.path, repr(s.value)) for s in steps)
        grouped.setdefault(key, ([], steps))[0].append(target)
    found = [Trace(tuple(who), tuple(steps)) for who, steps in grouped.values() if steps]
    if not found:
        raise Stalled(_unknown(centre, targets, question, main))
    return found


def _unknown(centre: Centre, targets: Sequence[Target], question: Question, main: Revision) -> str:
    known = {str(e): fields for t in targets for e, fields in centre.config(main, t).items()}
    if question.entity in known:
        names = sorted({dotted(path) for path in known[question.entity]})
        return f"{question.entity} has no field {question.field}, and never had; its fields: {', '.join(names)}"
    near = get_close_matches(question.entity, list(known), n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "`reconciler history` shows what there was"
    return f"{question.entity}: no client of this machine has, or had, such an entity; {hint}"


@dataclass
class _Line:
    """One field as one target saw it, along main."""

    centre: Centre
    target: Target
    question: Question
    _cache: PieceCache = field(default_factory=PieceCache)
    _known: dict[Revision, _Given] = field(default_factory=dict)

    def steps(self, main: Revision, limit: int) -> Iterator[Step]:
        count = 0
        for commit in self._commits(main):
            now = self._at(commit.revision)
            before = self._at(commit.parents[0]) if commit.parents else _Given(None)
            if (now.value, now.layer) != (before.value, before.layer) and count < limit:
                count += 1
                yield self._step(commit, now, before)

    def _commits(self, main: Revision) -> list[Commit]:
        """Commits of main that changed one of the files that may hold the entity, newest first."""
        store = self.centre.store
        found = {c.revision for path in self._paths(main) for c in store.history(main, path=path)}
        return [c for c in store.history(main) if c.revision in found] if found else []

    def _paths(self, main: Revision) -> set[str]:
        entity, layers = self.question.entity, self.target.layers
        if kind_of(entity) == TOOLS:  # an entry may stand in any file of the folder
            return {f"{layer}/{TOOLS}".lstrip("/") for layer in layers}
        pieces = (p for layer in layers for p in self.centre.repository(main).layers.get(layer, {}).get(entity, ()))
        return {*(path_of(layer, entity) for layer in layers), *(p.path for p in pieces)}

    def _at(self, revision: Revision) -> _Given:
        if revision not in self._known:
            self._known[revision] = self._read(revision)
        return self._known[revision]

    def _read(self, revision: Revision) -> _Given:
        entity = self.question.entity
        files = {p: data for p, data in self.centre.store.files(revision).items() if (place := place_of(p)) and self._may_hold(place[1])}
        repository = read_repository(files, self._cache)
        fields = effective(repository, self.target.machine, self.target.client, self.target.base).get(entity)
        value = None if fields is None else _value(printable(entity, fields, self._plain(revision)), self.question)
        layer, piece = self._giver(repository)
        return _Given(None if value == {} else value, layer, piece.path if piece else "")

    def _may_hold(self, place: EntityId) -> bool:
        return kind_of(place) == kind_of(self.question.entity) and (kind_of(place) == TOOLS or place == self.question.entity)

    def _plain(self, revision: Revision) -> list[str]:
        return [str(name) for name in self.centre.settings(revision).list("plain_values")]

    def _giver(self, repository: Repository) -> tuple[Layer | None, Piece | None]:
        """The topmost layer that says something of the field."""
        for layer in reversed(self.target.layers):
            for piece in reversed(repository.layers.get(layer, {}).get(self.question.entity, ())):
                said = {dotted(path) for path in (*piece.fields, *piece.nulls)}
                if piece.is_absent or any(_is_part(name, self.question.field) for name in said):
                    return layer, piece
        return None, None

    def _step(self, commit: Commit, now: _Given, before: _Given) -> Step:
        name = ".".join(x for x in (self.question.entity, self.question.field) if x)
        rows = trailers(commit.message)
        decisions = [i for i, (key, value) in enumerate(rows) if key == CONFLICT and _is_about(value.split(" base=", 1)[0], name)]
        by = [value for i in decisions for key, value in rows[i + 1 : i + 3] if key == RESOLVED_BY]
        target = next((value for key, value in rows if key == TARGET and "/" in value), "")
        given = now if now.layer is not None else before  # taken away: where it stood
        return Step(now.value, given.layer, given.path, commit, self._origin(commit, now), target, tuple(rows[i][1] for i in decisions), tuple(by))

    def _origin(self, commit: Commit, now: _Given) -> Commit:
        """The commit that made the change: for a merge, the one on the merged branch."""
        store = self.centre.store
        if len(commit.parents) < 2 or self._at(commit.parents[1]).value != now.value:
            return commit
        at = store.read(commit.parents[1])
        while at.parents and self._at(at.parents[0]).value == now.value and not store.is_ancestor(at.parents[0], commit.parents[0]):
            at = store.read(at.parents[0])
        return at


def _value(fields: Fields, question: Question) -> Any:
    """The leaf that a field names, or all that stands below it."""
    if kind_of(question.entity) == TOOLS:
        return True
    for path, leaf in fields.items():
        if dotted(path) == question.field:
            return leaf
    return config_of({path: leaf for path, leaf in fields.items() if _is_part(dotted(path), question.field)})


def _is_part(name: str, field_name: str) -> bool:
    return not field_name or name == field_name or name.startswith(f"{field_name}.")


def _is_about(decided: str, name: str) -> bool:
    return decided == name or decided.startswith(f"{name}.") or name.startswith(f"{decided}.")


def trace_json(found: Sequence[Trace], question: Question, head: Revision | None) -> dict[str, Any]:
    """What `trace --json` prints."""
    entity, inner = shown(question.entity)
    values = [{"targets": [t.id for t in one.targets], "steps": [_step_json(s) for s in one.steps]} for one in found]
    return {"head": head, "entity": entity, "field": inner or question.field or None, "values": values}


def _step_json(step: Step) -> dict[str, Any]:
    by, client = step.origin.author, step.target.split("/")
    return {
        "value": step.value,
        "layer": None if step.layer is None else step.layer or "base",
        "path": step.path or None,
        "revision": step.landed.revision,
        "origin": step.origin.revision,
        "at": by.when,
        "author": {"name": by.name, "email": by.email},
        "target": step.target or None,
        "client": client[1] if len(client) > 2 else None,
        "subject": step.landed.subject,
        "decisions": list(step.decisions),
        "resolved_by": list(step.resolved_by),
    }
