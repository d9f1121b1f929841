"""Conditions: the typed status of a target, from what a pass found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.model.results import Dropped, Problem
from reconciler.ports import Memory
from reconciler.reconcile.passes import TargetPass
from reconciler.reconcile.report import Accepted, dropped_json, unaccepted

_MEMORY = "conditions"


@dataclass(frozen=True)
class Condition:
    type: str
    status: str
    reason: str
    message: str


def conditions(done: TargetPass, accepted: Accepted, of_repository: Sequence[Problem] = ()) -> list[Condition]:
    """Ready first, then what holds of: Suspended, Stalled, Conflict, Held, Gap, Drifted, Stale."""
    found = [*_of_main(of_repository), *_found(done, accepted)]
    if not found:
        return [Condition("Ready", "True", "InSync", "the files hold what main says")]
    return [Condition("Ready", "False", found[0].reason, found[0].message), *found]


def _of_main(problems: Sequence[Problem]) -> Iterator[Condition]:
    for p in problems[:1]:
        message = f"main does not validate, its last good version stays in force: {p.file}:{p.line}:{p.column}: {p.reason}; {p.advice}"
        yield Condition("Stalled", "True", "InvalidRepository", message)


def _found(done: TargetPass, accepted: Accepted) -> Iterator[Condition]:
    mode = done.target.mode
    if mode == "suspended":
        yield Condition("Suspended", "True", "Suspended", ", ".join(f"{k}: {v}" for k, v in done.target.detail.items()) or "suspended")
    if mode == "observe":
        yield Condition("Suspended", "True", "Observed", "only looked at; `reconciler enable` to synchronise it")
    for problem in [p for p in done.problems if p.is_stalling][:1]:
        reason = "Fight" if "keeps writing" in problem.reason else "InvalidFile"
        yield Condition("Stalled", "True", reason, f"{problem.file}:{problem.line}:{problem.column}: {problem.reason}")
    if "conflict" in done.waiting.values():
        names = ", ".join(sorted(e for e, word in done.waiting.items() if word == "conflict"))
        yield Condition("Conflict", "True", "ManualReview", f"{names}: see `reconciler conflicts`")
    held = [e for e, word in done.waiting.items() if word == "held"]
    if held:
        yield Condition("Held", "True", "NeedsApproval", f"{', '.join(sorted(held))}: see `reconciler conflicts`")
    missing = [d for d in done.dropped if d.why == "held" and d.entity not in done.waiting]
    if missing:
        yield Condition("Held", "True", "MissingSecret", _said(missing))
    gaps = unaccepted(done.dropped, done.target.client, accepted)
    if gaps:
        yield Condition("Gap", "True", "CannotHold", _said(gaps))
    if done.is_captured:
        yield Condition("Drifted", "True", "LocalEdits", "the files were edited since they were last synced; `reconciler sync`")
    if done.written:
        yield Condition("Stale", "True", "BehindMain", f"to be written: {', '.join(done.written)}; `reconciler sync`")


def _said(lost: list[Dropped]) -> str:
    rows = [dropped_json(d) for d in lost]
    return "; ".join(f"{' '.join(x for x in (r['entity'], r['field']) if x)}: {r['reason']}" for r in rows)


def since(memory: Memory, target: str, found: list[Condition], now: float) -> list[float]:
    """When each condition began, by what earlier calls saw; remembers new ones."""
    known = memory.load(_MEMORY)
    keys = [f"{target} {c.type} {c.status} {c.reason}" for c in found]
    times = [float(str(known.get(key, now))) for key in keys]
    fresh = {k: v for k, v in known.items() if not k.startswith(f"{target} ")} | dict(zip(keys, times, strict=True))
    if fresh != known:
        memory.save(_MEMORY, fresh)
    return times
