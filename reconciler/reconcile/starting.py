"""`init`: find the clients of this machine, make the repository, adopt what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.fault_points import fault_point
from reconciler.formats.edit import Edit, Set
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.model.trailers import with_trailers
from reconciler.reconcile import conflicts
from reconciler.reconcile.committing import person
from reconciler.reconcile.machine_edits import edit_machine
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import dropped_json, entity_counts, item_json, problem_json
from reconciler.reconcile.targets import Target, adapter_named, installed, target_of


@dataclass(frozen=True)
class Started:
    """``targets`` are all that were found, ``result`` what adopting them did."""

    targets: tuple[Target, ...]
    result: Pass


def start(engine: Reconciler, template: Mapping[str, bytes], prefer: str | None) -> Started:
    """Register every client that is installed and adopt it. Run on dry doors this is the plan."""
    if prefer is not None:
        adapter_named(prefer)
    ports = engine.ports
    if engine.centre.main() is None:
        message = with_trailers("Start from the template", "", [("Target", ports.machine)])
        ports.store.move_ref(MAIN, ports.store.commit(None, template, [], message, person(engine)), None)
    fault_point("start.begun")
    found = installed(ports.disk, ports.home)
    set_modes(engine, {f"{a.client}/user": {"mode": "sync"} for a in found}, "Register", only_new=True)
    fault_point("start.registered")
    targets = engine.targets()
    result = engine.run(targets, approved_by=ports.person, prefer=prefer or "")
    return Started(tuple(targets), result)


def found_targets(engine: Reconciler) -> list[Target]:
    """The clients of this machine as `start` would register them."""
    return [target_of(engine.ports.machine, a, engine.ports.home, {"mode": "sync"}) for a in engine.installed()]


def set_modes(engine: Reconciler, modes: Mapping[str, Mapping[str, str]], verb: str, only_new: bool = False) -> Revision | None:
    """Commit modes of this machine's targets to main; nothing is written when they are so already."""

    def edits_of(value: Mapping[str, Any]) -> list[Edit]:
        known = value.get("targets") or {}
        return [Set(("targets", n), dict(m)) for n, m in modes.items() if not (only_new and _is_on(known.get(n))) and known.get(n) != m]

    return edit_machine(engine, edits_of, verb)


def _is_on(mode: object) -> bool:
    return isinstance(mode, dict) and mode.get("mode") not in (None, "observe")


def started_json(engine: Reconciler, result: Pass, is_accepted: bool) -> dict[str, Any]:
    """What adopting targets did, or would do."""
    targets = [
        {
            "id": done.target.id,
            "client": done.target.client,
            "scope": done.target.scope,
            "mode": done.target.mode if is_accepted else "observe",
            "files": [f"{done.target.root}/{p}" for p, f in done.seen.files.items() if f.data is not None] if done.seen else [],
            "entities": entity_counts(done.entities),
            "outcome": done.outcome,
            "dropped": [dropped_json(d) for d in done.dropped],
            "problems": [problem_json(p, str(done.target.root)) for p in done.problems],
        }
        for done in result.targets
    ]
    return {
        "targets": targets,
        "conflicts": [item_json(i) for i in conflicts.waiting(engine, "conflict")],
        "written": [f"{done.target.root}/{p}" for done in result.targets for p in done.written],
        "as_found": engine.as_found(),
    }
