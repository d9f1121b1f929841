"""What the next pass would do on this machine: its commits, and each field and line that it would write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from reconciler.model.fields import Config
from reconciler.model.names import RelPath
from reconciler.plan.preview import file_diffs, preview
from reconciler.ports import Commit
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.differences import changes
from reconciler.reconcile.history import log
from reconciler.reconcile.observe import Observed, observe
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import pass_json
from reconciler.reconcile.targets import Target


@dataclass(frozen=True)
class Planned:
    """``commits`` newest first. ``rows`` and ``diffs`` in the order of the targets: what is written to each, masked."""

    result: Pass
    commits: tuple[Commit, ...]
    rows: tuple[tuple[dict[str, Any], ...], ...]
    diffs: tuple[dict[RelPath, str], ...]


def planned(engine: Reconciler, targets: Sequence[Target]) -> Planned:
    """Run a pass and say what it did. To be run on doors that write nothing."""
    head = engine.centre.main()
    before = [_held(engine, t) for t in targets]
    result = engine.run(targets)
    after = [_held(engine, t) for t in targets]
    commits = tuple(takewhile(lambda c: c.revision != head, log(engine)))
    main = engine.centre.in_force()[0]
    plain = frozenset(str(name) for name in engine.centre.settings(main).list("plain_values")) if main else frozenset[str]()
    rows = tuple(tuple(changes(old, new, [*dict.fromkeys([*old, *new])])) for old, new in zip(before, after, strict=True))
    diffs = tuple(
        file_diffs(preview(t.adapter, old, plain), preview(t.adapter, new, plain)) if old != new else {}
        for t, old, new in zip(targets, before, after, strict=True)
    )
    return Planned(result, commits, rows, diffs)


def _held(engine: Reconciler, target: Target) -> Config:
    """What the target's files hold of ours, with secrets taken out; nothing where they cannot be read."""
    seen = held_here(engine, target)
    return {} if seen.is_stalled else seen.masked.config


def held_here(engine: Reconciler, target: Target) -> Observed:
    """The target's files, read and masked as the next pass would."""
    agreed, main = agreement(engine.centre, target), engine.centre.in_force()[0]
    central = engine.centre.config(main, target) if main else {}
    return observe(engine.ports.disk, target, agreed.config, {**central, **agreed.config}, engine.local(target))


def planned_json(plan: Planned) -> dict[str, Any]:
    """The report of a pass, and with each target what would be written to it."""
    report = pass_json(plan.result)
    for target, rows, diffs in zip(report["targets"], plan.rows, plan.diffs, strict=True):
        target["changes"] = list(rows)
        target["files"] = [{"path": f"~/{path}", "diff": text} for path, text in diffs.items()]
    return {**report, "commits": [{"subject": c.subject, "author": c.author.name} for c in plan.commits]}
