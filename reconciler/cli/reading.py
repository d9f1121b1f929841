"""What the commands that only look read, as the values that they print."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from reconciler.model.names import Revision
from reconciler.reconcile import conflicts, history
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.conditions import conditions, since
from reconciler.reconcile.differences import differences
from reconciler.reconcile.report import exit_code, item_json, problem_json
from reconciler.reconcile.targets import named
from reconciler.settings import Settings
from reconciler.wiring import opened, opened_to_look


def status_data(settings: Settings) -> tuple[dict[str, Any], int]:
    """Each target's conditions, from a pass that writes nothing."""
    engine = opened_to_look(settings)
    result = engine.run(engine.targets())
    accepted, now = engine.centre.accepted_gaps(), engine.ports.clock.now()
    real = opened(settings)
    targets = []
    for done in result.targets:
        found = conditions(done, accepted, result.problems)
        revision = agreement(real.centre, done.target).revision
        begun = since(real.ports.memory, done.target.id, found, now)
        rows = [{**asdict(c), "revision": revision, "since": at} for c, at in zip(found, begun, strict=True)]
        targets.append({"id": done.target.id, "mode": done.target.mode, "synced_revision": revision, "conditions": rows})
    return {"head": real.centre.main(), "targets": targets}, exit_code(result, accepted)


def diff_data(settings: Settings, names: list[str]) -> dict[str, Any]:
    engine = opened_to_look(settings)
    return {"head": engine.centre.main(), "targets": [differences(engine, t) for t in named(engine.targets(), names)]}


def waiting_data(settings: Settings, only_conflicts: bool) -> list[dict[str, Any]]:
    engine = opened_to_look(settings)
    return [item_json(i) for i in conflicts.waiting(engine, "conflict" if only_conflicts else None)]


def history_data(settings: Settings, limit: int, path: str | None) -> list[dict[str, Any]]:
    engine = opened_to_look(settings)
    return [history.commit_json(c) for c in history.log(engine, limit, path)]


def show_data(settings: Settings, revision: str) -> dict[str, Any]:
    engine = opened(settings)
    commit = engine.ports.store.read(Revision(revision))
    rows = [asdict(c) for c in history.field_changes(engine, commit.revision)]
    return {**history.commit_json(commit), "message": commit.message, "changes": rows}


def validate_data(folder: Path) -> list[dict[str, Any]]:
    from reconciler.reconcile.validation import all_problems

    files = {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and ".git" not in p.parts}
    return [problem_json(p, "") for p in all_problems(files)]
