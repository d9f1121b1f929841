"""The one place where results become what people and programs read: the JSON shapes of the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.model.fields import dotted
from reconciler.model.names import KINDS, EntityId, kind_of, shown
from reconciler.model.results import Dropped, Problem, Side
from reconciler.ports.brake import Pause
from reconciler.reconcile.pass_result import Pass, TargetPass
from reconciler.reconcile.reviews import Item

DONE, ERROR, USAGE, REMAINS = 0, 1, 2, 3

Accepted = frozenset[tuple[str, str]]
"""Gaps that a person accepted: client and entity, or entity and field."""


def pass_json(result: Pass) -> dict[str, Any]:
    """What `sync --json` prints. Who knows a remote puts it in."""
    targets = [_target(t, result.problems) for t in result.targets]
    return {"head": result.head, "remote": None, "paused": pause_json(result.paused), "targets": targets}


def pause_json(paused: Pause | None) -> dict[str, Any] | None:
    return None if paused is None else {"by": paused.by, "reason": paused.reason, "at": paused.at}


def _target(done: TargetPass, of_repository: Sequence[Problem]) -> dict[str, Any]:
    return {
        "id": done.target.id,
        "outcome": done.outcome,
        "written": [f"{done.target.root}/{p}" for p in done.written],
        "corrected": [".".join(x for x in shown(e) if x) for e in done.corrected],
        "dropped": [dropped_json(d) for d in done.dropped],
        "problems": [problem_json(p, str(done.target.root)) for p in done.problems] + [problem_json(p, "") for p in of_repository],
    }


def dropped_json(lost: Dropped) -> dict[str, Any]:
    entity, field = shown(lost.entity)
    return {"entity": entity, "field": field or dotted(lost.field) or None, "reason": lost.reason, "kind": lost.why}


def problem_json(problem: Problem, root: str) -> dict[str, Any]:
    file = f"{root}/{problem.file}" if root and not problem.file.startswith("/") else problem.file
    return {"file": file, "line": problem.line, "column": problem.column, "reason": problem.reason, "advice": problem.advice}


def item_json(item: Item) -> dict[str, Any]:
    """A conflict or a held change. Values are templates, so no secret is in them."""
    entity, field = shown(item.entity)
    return {
        "id": item.id,
        "target": item.target,
        "kind": item.kind,
        "entity": entity,
        "field": field or dotted(item.path) or None,
        "base": item.base,
        "local": item.local,
        "central": item.central,
        "local_by": side_json(item.local_by),
        "central_by": side_json(item.central_by),
        "reason": item.reason,
    }


def side_json(side: Side) -> dict[str, Any]:
    return {"target": side.target or None, "author": side.author or None, "at": side.at or None, "revision": side.revision or None}


def unaccepted(dropped: Iterable[Dropped], client: str, accepted: Accepted) -> list[Dropped]:
    """Gaps of a client that no person has accepted."""
    return [d for d in dropped if d.why == "gap" and not is_accepted(d, client, accepted)]


def is_accepted(lost: Dropped, client: str, accepted: Accepted) -> bool:
    entity, field = shown(lost.entity)
    names = {str(lost.entity), entity, f"{lost.entity}.{dotted(lost.field)}", f"{entity}.{field}"}
    return any((client, name) in accepted for name in names)


def exit_code(result: Pass, accepted: Accepted) -> int:
    """1 when something stalls, 3 while conflicts, held entities or gaps that nobody accepted remain, or it is paused; else 0."""
    if result.paused:
        return REMAINS
    if result.problems or any(t.outcome == "stalled" for t in result.targets):
        return ERROR
    for done in result.targets:
        if done.waiting or any(d.why == "held" for d in done.dropped) or unaccepted(done.dropped, done.target.client, accepted):
            return REMAINS
    return DONE


def entity_counts(entities: Mapping[EntityId, object]) -> dict[str, int]:
    return {kind: sum(kind_of(e) == kind for e in entities) for kind in KINDS}


def pass_events(result: Pass) -> list[tuple[str, dict[str, Any]]]:
    """What a pass did, for who watches: a kind and a payload each. A pass that did nothing tells nothing."""
    found: list[tuple[str, dict[str, Any]]] = []
    for done in result.targets:
        if done.outcome != "unchanged":
            payload = {"target": done.target.id, "outcome": done.outcome, "head": result.head, "written": list(done.written)}
            found.append(("target", {**payload, "waiting": len(done.waiting), "problems": [p.reason for p in done.problems]}))
    found += [("main", {"problem": f"{p.file}:{p.line}: {p.reason}"}) for p in result.problems]
    return found
