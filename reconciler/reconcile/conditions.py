"""Conditions: the typed status of a target, from what a pass found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.names import TargetId
from reconciler.model.results import Dropped, Problem
from reconciler.ports import Memory
from reconciler.ports.brake import Pause
from reconciler.reconcile.pass_result import TargetPass
from reconciler.reconcile.remote_standing import RemoteFacts
from reconciler.reconcile.report import Accepted, dropped_json, unaccepted

_MEMORY = "conditions"


@dataclass(frozen=True)
class Condition:
    type: str
    status: str
    reason: str
    message: str


def conditions(
    done: TargetPass,
    accepted: Accepted,
    of_repository: Sequence[Problem] = (),
    awaited: str = "",
    paused: Pause | None = None,
    remote: RemoteFacts | None = None,
) -> list[Condition]:
    """Ready first, then what holds of: Suspended, Stalled, Conflict, Held, Gap, Drifted, Stale.

    ``awaited`` is what the client leaves undone until its person trusts the folder: the files are as they should be.
    """
    found = [*_of_machine(paused), *_of_main(of_repository), *_found(done, accepted), *_of_remote(remote)]
    if not found and awaited:
        return [Condition("Ready", "True", "AwaitingTrust", f"applied; {awaited}")]
    if not found:
        return [Condition("Ready", "True", "InSync", "the files hold what main says")]
    return [Condition("Ready", "False", found[0].reason, found[0].message), *found]


def _of_machine(paused: Pause | None) -> Iterator[Condition]:
    if paused:
        yield Condition("Suspended", "True", "Paused", f"everything on this machine, by {paused.by}: {paused.reason}; `reconciler resume` goes on")


def _of_main(problems: Sequence[Problem]) -> Iterator[Condition]:
    for p in problems[:1]:
        message = f"main does not validate, its last good version stays in force: {p.file}:{p.line}:{p.column}: {p.reason}; {p.advice}"
        yield Condition("Stalled", "True", "InvalidRepository", message)


def _of_remote(remote: RemoteFacts | None) -> Iterator[Condition]:
    if not remote or not remote.reason:
        return
    word = remote.reason if remote.reason in (
        "RemoteUnreachable", "RemoteTimedOut", "RemoteHostKeyRefused", "RemoteAccessRefused", "RemoteNoSuchRepository", "RemoteDiskFull", "RemoteDamaged",
        "RemoteLocked", "RemoteNoGit", "RemoteRefused", "MainRefused", "RemoteRewritten", "RemoteUnrelated", "RemoteMainGone", "MachineNameTaken",
    ) else "RemoteFailed"  # fmt: skip
    yield Condition("Stale", "True", word, f"{remote.message}; {remote.advice}")


def _found(done: TargetPass, accepted: Accepted) -> Iterator[Condition]:
    mode = done.target.mode
    if mode == "suspended":
        yield Condition("Suspended", "True", "Suspended", ", ".join(f"{k}: {v}" for k, v in done.target.detail.items()) or "suspended")
    if mode == "observe":
        yield Condition("Suspended", "True", "Observed", "only looked at; `reconciler enable` to synchronise it")
    for problem in [p for p in done.problems if p.is_stalling][:1]:
        yield Condition("Stalled", "True", problem.kind, _of(problem))
    if "conflict" in done.waiting.values():
        names = ", ".join(sorted(e for e, word in done.waiting.items() if word == "conflict"))
        yield Condition("Conflict", "True", "ManualReview", f"{names}: see `reconciler conflicts`")
    held = [e for e, word in done.waiting.items() if word == "held"]
    if held:
        yield Condition("Held", "True", "NeedsApproval", f"{', '.join(sorted(held))}: see `reconciler conflicts`")
    refused = [e for e, word in done.waiting.items() if word == "refused"]
    if refused:
        yield Condition("Held", "True", "Refused", f"{', '.join(sorted(refused))}: refused, and main has it still; `reconciler revert` takes its commit back")
    pending = sorted(e for e, word in done.waiting.items() if word == "pending")
    if pending:
        yield Condition("Pending", "True", "AwaitingMerge", f"{', '.join(pending)}: wait for their merge on the Git host")
    missing = [d for d in done.dropped if d.why == "held" and d.entity not in done.waiting]
    if missing:
        why = "NoSecretInProject" if done.target.project else "MissingSecret"
        yield Condition("Held", "True", why, _said(missing))
    gaps = unaccepted(done.dropped, done.target.client, accepted)
    if gaps:
        yield Condition("Gap", "True", "CannotHold", _said(gaps))
    if done.is_captured:
        yield Condition("Drifted", "True", "LocalEdits", "the files were edited since they were last synced; `reconciler sync`")
    if done.drifted:
        names = ", ".join(sorted(done.drifted))
        yield Condition("Drifted", "True", "NotFollowed", f"{names}: edited here, and this target only follows main; take the edit back, or change its mode")
    if done.corrected:
        yield Condition("Drifted", "True", "ToBeCorrected", f"{', '.join(sorted(done.corrected))}: edited here; `reconciler sync` puts back what main has")
    if done.written:
        yield Condition("Stale", "True", "BehindMain", f"to be written: {', '.join(done.written)}; `reconciler sync`")


def _of(problem: Problem) -> str:
    where = f"{problem.file}:{problem.line}:{problem.column}: {problem.reason}"
    return f"{where}; {problem.advice}" if problem.advice else where


def _said(lost: list[Dropped]) -> str:
    rows = [dropped_json(d) for d in lost]
    return "; ".join(f"{' '.join(x for x in (r['entity'], r['field']) if x)}: {r['reason']}" for r in rows)


def since(memory: Memory, found: Mapping[TargetId, Sequence[Condition]], now: float) -> dict[TargetId, list[float]]:
    """When each condition of these targets began, by what earlier calls saw; remembers new ones."""
    known = memory.load(_MEMORY)
    begun = {target: {key: float(str(known.get(key, now))) for key in _keys(target, of_target)} for target, of_target in found.items()}
    fresh = {key: at for key, at in known.items() if key.rsplit(" ", 3)[0] not in found}
    for times in begun.values():
        fresh |= times
    if fresh != known:
        memory.save(_MEMORY, fresh)
    return {target: [begun[target][key] for key in _keys(target, of_target)] for target, of_target in found.items()}


def _keys(target: TargetId, found: Sequence[Condition]) -> list[str]:
    return [f"{target} {c.type} {c.status} {c.reason}" for c in found]
