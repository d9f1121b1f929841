"""converge: from main to a target's files. Rendered, validated, written, verified; then both sides agree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from reconciler.errors import Stalled
from reconciler.fault_points import fault_point
from reconciler.mapping.adapter import found_bytes, render
from reconciler.mapping.documents import lock_of
from reconciler.mapping.masking import Local
from reconciler.model.fields import Config, Fields, count_changed
from reconciler.model.names import EntityId, RelPath, Revision
from reconciler.model.results import Dropped, Problem
from reconciler.plan.converge import ConvergePlan, Waiting, converge_plan
from reconciler.plan.local import local_config
from reconciler.ports import Author, Ports, Write
from reconciler.reconcile import branches
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile.agreement import Agreement, agree
from reconciler.reconcile.capture import Captured
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.facts import Displaced
from reconciler.reconcile.observe import Observed
from reconciler.reconcile.problems import problem_of
from reconciler.reconcile.readers import not_for_all
from reconciler.reconcile.targets import CAPTURED, WRITTEN, Target

_PRIVATE, _SHARED = 0o600, 0o644
"""Modes of new files: a project's are read by everybody who works on it, and hold no secret."""


@dataclass(frozen=True)
class Earlier:
    """What this pass has found out about the target before: ``review`` waits here, ``pending`` at other targets."""

    review: Mapping[EntityId, str] = field(default_factory=dict)
    pending: Collection[EntityId] = ()
    captured: Captured = field(default_factory=lambda: Captured(None))
    landed: Mapping[EntityId, Fields | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Converged:
    """``written`` are the files that changed; ``problems`` why nothing was written.

    ``needs_again``: what capture left out as a gap is none any more, so its edits must be captured before it is written.
    """

    written: tuple[RelPath, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    problems: tuple[Problem, ...] = ()
    needs_again: bool = False
    corrected: tuple[EntityId, ...] = ()
    drifted: tuple[EntityId, ...] = ()
    drifted_fields: int = 0
    """In files from which nothing is captured."""


def converge(
    ports: Ports, centre: Centre, observed: Observed, agreed: Agreement, revision: Revision, local: Local, earlier: Earlier
) -> Callable[[], Converged]:
    """The work that makes the target's files hold what main says, but for what waits. Nothing to do means nothing written.

    All is planned and rendered when this returns: the work waits for the client's program and the disk, and may be done in
    another thread, beside that of other targets.
    """
    target, captured = observed.target, earlier.captured
    withheld = centre.withheld(revision, target)
    central = centre.config(revision, target)
    left_alone = {*observed.left_alone(agreed.config, central), *_unmerged(centre, target), *captured.gaps, *withheld}
    edited, drift = _edited(observed, agreed, central, left_alone)
    drifted = [e for e in edited if central.get(e) == agreed.config.get(e)] if target.mode == "follow-only" else []
    waiting = Waiting(earlier.review, earlier.pending, {*left_alone, *drifted})
    back = {e: observed.masked.config[e] for e in captured.stale - central.keys() if e in observed.masked.config}  # was agreed once, and taken away
    synced = {**agreed.with_landed(earlier.landed), **back}
    plan_for = partial(converge_plan, target.adapter, observed.parsed, observed.masked.config, synced, central, ignoring=observed.ignoring)
    plan = plan_for(waiting, local)
    corrected = tuple(sorted(plan.wanted.keys() & edited)) if target.mode == "enforce" else ()
    if corrected and target_facts.load(ports.memory, target.id).is_fight(ports.clock.now()):
        fought = Converged(dropped=plan.dropped, problems=(fight(observed),), drifted_fields=drift)
        return lambda: fought
    if target.mode not in WRITTEN and plan.wanted:  # what is not written is not agreed
        plan = plan_for(replace(waiting, left_alone=left_alone | plan.wanted.keys()), local)
    plan = replace(plan, dropped=(*plan.dropped, *not_for_all(target, withheld), *_shut_out(observed, central, earlier.review)))
    after = Converged((), plan.dropped, needs_again=not captured.gaps <= plan.gaps, corrected=corrected, drifted=tuple(drifted), drifted_fields=drift)
    changed: Mapping[RelPath, bytes | None] = {}
    if plan.wanted:
        try:
            changed = render(target.adapter, observed.parsed, plan.wanted)
        except Stalled as error:
            unwritten = _unwritten(after, problem_of(error, target))
            return lambda: unwritten
        fault_point("converge.rendered")
    return partial(_carried_out, ports, centre, observed, agreed, revision, plan, changed, captured.stale, after)


def _carried_out(
    ports: Ports, centre: Centre, observed: Observed, agreed: Agreement, revision: Revision,
    plan: ConvergePlan, changed: Mapping[RelPath, bytes | None], stale: Collection[EntityId], after: Converged,
) -> Converged:  # fmt: skip
    if plan.wanted:
        refused = _refused(ports, observed.target.client, found_bytes(observed.parsed.docs), changed)
        if refused:
            return _unwritten(after, *refused)
        _write(ports, observed, changed)
        after = replace(after, written=tuple(sorted(changed)))
    _remember(ports, observed, plan, after, stale)
    fault_point("converge.remembered")
    agree(centre, observed.target, agreed, revision, plan.agreed, Author("reconciler", f"reconciler@{ports.machine}", ports.clock.now()))
    return after


def _unwritten(after: Converged, *problems: Problem) -> Converged:
    return Converged(dropped=after.dropped, problems=problems, drifted_fields=after.drifted_fields)


def _shut_out(observed: Observed, central: Config, review: Mapping[EntityId, str]) -> Iterator[Dropped]:
    """What of main finds its place in the files taken."""
    for entity, loss in observed.no_room(central).items():
        if entity not in observed.ignored and entity not in review:
            yield Dropped(entity, (), loss.reason, "gap" if loss.is_gap else "lost")


def _edited(observed: Observed, agreed: Agreement, central: Config, left_alone: Collection[EntityId]) -> tuple[set[EntityId], int]:
    """What a person changed in files from which nothing is captured, and in how many fields."""
    if observed.target.mode in CAPTURED:
        return set(), 0
    local = local_config(observed.target.adapter, observed.masked.config, agreed.config, central, left_alone, observed.ignoring)
    return set(local.changed), count_changed(agreed.config, local.config, local.changed)


def fight(observed: Observed) -> Problem:
    """Why nothing is written any more to files that somebody keeps writing back."""
    reason = "something keeps writing this file back: what was written here came back more than 5 times of late"
    return Problem(next(iter(observed.seen.files)), reason, advice="find the other writer, then `reconciler sync`", kind="Fight")


def _unmerged(centre: Centre, target: Target) -> list[EntityId]:
    """What was captured and has not reached main: a main that does not validate takes nothing in, and overwrites none of it."""
    branch = branches.open_branch(centre, target)
    return branches.changed_entities(centre, target, branch) if branch else []


def _write(ports: Ports, observed: Observed, changed: Mapping[RelPath, bytes | None]) -> None:
    target, digests = observed.target, observed.seen.digests()
    mode = _SHARED if target.project else _PRIVATE
    writes = [Write(path, data, digests.get(path), mode, lock_of(target.adapter.specs, path)) for path, data in changed.items()]
    fault_point("converge.validated")
    ports.disk.apply(target.id, target.root, writes)
    fault_point("converge.written")


def _refused(ports: Ports, client: str, found: Mapping[RelPath, bytes], changed: Mapping[RelPath, bytes | None]) -> list[Problem]:
    """What the client's own program holds against the new files.

    What it held against the old ones too counts only where it names a place in them: without one it may come of the
    scratch home, which has none of the other files that a client's file can name.
    """
    after = {p: data for p, data in {**found, **changed}.items() if data is not None}
    refused = [p for p in ports.check.verdict(client, after).reasons if p.is_stalling]
    if not refused:
        return []
    before = {p.reason for p in ports.check.verdict(client, found).reasons}
    return [p for p in refused if (p.line, p.column) != (1, 1) or p.reason not in before]


def _remember(ports: Ports, observed: Observed, plan: ConvergePlan, after: Converged, stale: Collection[EntityId]) -> None:
    old, now = target_facts.load(ports.memory, observed.target.id), ports.clock.now()
    if after.written:
        entities = [Displaced(e, target_facts.digest_of_entity(observed.masked, e), now, e in stale) for e in plan.wanted]
        new = old.after_write(target_facts.digest_of(observed.masked), entities, now, plan.used_secrets, bool(stale or after.corrected))
    elif dict(old.secrets) != plan.used_secrets:
        new = target_facts.Facts(**{**vars(old), "secrets": plan.used_secrets})
    else:
        return
    target_facts.save(ports.memory, observed.target.id, new)
