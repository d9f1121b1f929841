"""How each target stands: its mode, what holds of it, what it was last synced with, and who changed it last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reconciler.model.names import Revision
from reconciler.model.trailers import TARGET, trailers
from reconciler.ports import Commit, Memory
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.conditions import conditions, since
from reconciler.reconcile.history import log
from reconciler.reconcile.next_start import Waiting, next_start_json, waiting
from reconciler.reconcile.pass_result import Pass, TargetPass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import dropped_json, entity_counts, problem_json
from reconciler.reconcile.targets import Target

_LOOKED_AT = 500
"""So many commits are searched for the last change of each target."""


@dataclass(frozen=True)
class Standing:
    """One target as it stands. ``conditions`` have when they began."""

    target: Target
    done: TargetPass
    revision: Revision | None
    conditions: tuple[dict[str, Any], ...]
    last: Commit | None
    waiting: tuple[Waiting, ...] = ()
    """What we wrote and the client, where it is open, takes up only when it is started anew."""

    @property
    def is_ready(self) -> bool:
        return bool(self.conditions[0]["status"] == "True")


@dataclass(frozen=True)
class Standings:
    """``head`` is main as it is; ``result`` a pass that wrote nothing."""

    head: Revision | None
    result: Pass
    targets: tuple[Standing, ...]


def standings(engine: Reconciler, memory: Memory) -> Standings:
    """How all targets stand. ``engine`` must be one that writes nothing; ``memory`` keeps since when each condition holds."""
    targets, head = engine.targets(), engine.centre.main()
    revisions = {t.id: agreement(engine.centre, t).revision for t in targets}
    last = _last_changes(engine, targets)
    result = engine.run(targets)
    accepted, now = engine.centre.accepted_gaps(), engine.ports.clock.now()
    found = {done.target.id: conditions(done, accepted, result.problems) for done in result.targets}
    begun = since(memory, found, now)
    running = engine.ports.programs.running([t.client for t in targets])
    out = []
    for done in result.targets:
        id_ = done.target.id
        rows = tuple({**asdict(c), "revision": revisions[id_], "since": at} for c, at in zip(found[id_], begun[id_], strict=True))
        out.append(Standing(done.target, done, revisions[id_], rows, last.get(id_), tuple(waiting(engine.ports.disk, done.target, running))))
    return Standings(head, result, tuple(out))


def _last_changes(engine: Reconciler, targets: Sequence[Target]) -> dict[str, Commit]:
    """The newest commit that each target's client made."""
    wanted = {str(t.id) for t in targets}
    out: dict[str, Commit] = {}
    for commit in log(engine, limit=_LOOKED_AT):
        for key, value in trailers(commit.message):
            if key == TARGET and value in wanted:
                out.setdefault(value, commit)
        if len(out) == len(wanted):
            break
    return out


def standing_json(one: Standing) -> dict[str, Any]:
    target, done, last = one.target, one.done, one.last
    by = last and {"revision": last.revision, "subject": last.subject, "author": last.author.name, "at": last.author.when}
    return {
        "id": target.id,
        "type": target.client,
        "name": target.adapter.title,
        "machine": target.machine,
        "scope": target.scope,
        "root": str(target.root),
        "mode": target.mode,
        "detail": dict(target.detail),
        "outcome": done.outcome,
        "drifted_fields": done.drifted_fields,
        "ready": one.is_ready,
        "synced_revision": one.revision,
        "conditions": list(one.conditions),
        "entities": entity_counts(done.entities),
        "dropped": [dropped_json(d) for d in done.dropped],
        "problems": [problem_json(p, str(target.root)) for p in done.problems],
        "last_change": by or None,
        "waits_for_start": next_start_json(one.waiting),
    }
