"""What the commands that only look read, as the values that they print."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from reconciler.cli.syncing import with_remote
from reconciler.reconcile import conflicts, history, searching, tracing
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.conditions import Condition, conditions, since
from reconciler.reconcile.differences import differences
from reconciler.reconcile.next_start import next_start_json, waiting
from reconciler.reconcile.pass_result import TargetPass
from reconciler.reconcile.proposed_commits import waiting_json
from reconciler.reconcile.remote_standing import load_facts
from reconciler.reconcile.report import exit_code, item_json, pause_json, problem_json
from reconciler.reconcile.targets import named
from reconciler.reconcile.trusting import awaited
from reconciler.settings import Settings
from reconciler.wiring import following, opened, opened_to_look


def status_data(settings: Settings) -> tuple[dict[str, Any], int]:
    """Each target's conditions, from a pass that writes nothing."""
    engine = opened_to_look(settings)
    result = engine.run(engine.targets())
    accepted, now = engine.centre.accepted_gaps(), engine.ports.clock.now()
    real = opened(settings)
    paused, remote = real.ports.brake.pulled(), following(settings, real)
    facts = load_facts(real.ports.memory) if remote else None

    def found(done: TargetPass) -> list[Condition]:
        return conditions(done, accepted, result.problems, awaited(engine.ports.disk, engine.ports.home, done.target), paused, facts)

    of_targets = {done.target.id: found(done) for done in result.targets}
    begun = since(real.ports.memory, of_targets, now)
    targets, running = [], engine.ports.programs.running([t.target.client for t in result.targets])
    for done in result.targets:
        id_, revision = done.target.id, agreement(real.centre, done.target).revision
        rows = [{**asdict(c), "revision": revision, "since": at} for c, at in zip(of_targets[id_], begun[id_], strict=True)]
        waits = next_start_json(waiting(engine.ports.disk, done.target, running))
        targets.append({"id": id_, "mode": done.target.mode, "synced_revision": revision, "conditions": rows, "waits_for_start": waits})
    code = exit_code(replace(result, paused=paused), accepted)
    proposed = waiting_json(real.ports.store, real.ports.machine)
    return with_remote(settings, real, {"head": real.centre.main(), "paused": pause_json(paused), "targets": targets, "proposed": proposed}, code)


def diff_data(settings: Settings, names: list[str]) -> dict[str, Any]:
    engine = opened_to_look(settings)
    return {"head": engine.centre.main(), "targets": [differences(engine, t) for t in named(engine.targets(), names)]}


def waiting_data(settings: Settings) -> list[dict[str, Any]]:
    """Conflicts and held changes."""
    return [item_json(i) for i in conflicts.waiting(opened_to_look(settings))]


def history_data(settings: Settings, wanted: searching.Filter, limit: int) -> list[dict[str, Any]]:
    engine = opened_to_look(settings)
    return [searching.found_json(*one) for one in searching.found(engine, wanted, limit)]


def trace_data(settings: Settings, name: str, field: str, targets: list[str], limit: int) -> dict[str, Any]:
    """``targets`` left out: all of this machine."""
    engine = opened_to_look(settings)
    asked_of = named(engine.targets(), targets)
    question = tracing.asked(engine.centre, asked_of, name, field)
    return tracing.trace_json(tracing.trace(engine.centre, asked_of, question, limit), question, engine.centre.in_force()[0])


def show_data(settings: Settings, revision: str) -> dict[str, Any]:
    engine = opened(settings)
    commit = history.named(engine, revision)
    rows = [asdict(c) for c in history.field_changes(engine, commit.revision)]
    return {**history.commit_json(commit), "message": commit.message, "changes": rows}


def validate_data(folder: Path) -> list[dict[str, Any]]:
    from reconciler.reconcile.strictness import strict_problems
    from reconciler.wiring.checkouts import checkout_files

    return [problem_json(p, "") for p in strict_problems(checkout_files(folder))]
