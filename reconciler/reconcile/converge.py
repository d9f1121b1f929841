"""converge: from main to a target's files. Rendered, validated, written, verified; then both sides agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

from reconciler.errors import Stalled
from reconciler.mapping.adapter import found_bytes, render
from reconciler.mapping.masking import Local
from reconciler.model.names import EntityId, RelPath, Revision
from reconciler.model.results import Dropped, Problem
from reconciler.plan.converge import ConvergePlan, Waiting, converge_plan
from reconciler.ports import Author, Ports, Write
from reconciler.reconcile import branches
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile.agreement import Agreement, agree
from reconciler.reconcile.capture import Captured
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.observe import Observed
from reconciler.reconcile.targets import WRITTEN, Target


@dataclass(frozen=True)
class Converged:
    """``written`` are the files that changed; ``problems`` why nothing was written.

    ``needs_again``: what capture left out as a gap is none any more, so its edits must be captured before it is written.
    """

    written: tuple[RelPath, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    problems: tuple[Problem, ...] = ()
    needs_again: bool = False


def converge(
    ports: Ports,
    centre: Centre,
    observed: Observed,
    agreed: Agreement,
    revision: Revision,
    review: Mapping[EntityId, str],
    pending: Collection[EntityId],
    local: Local,
    captured: Captured,
) -> Converged:
    """Make the target's files hold what main says, but for what waits. Nothing to do means nothing written."""
    target = observed.target
    left_alone = {*observed.parsed.reading.unreadable, *observed.masked.exposed, *_unmerged(centre, target), *captured.gaps}
    waiting = Waiting(review, pending, left_alone)
    central = centre.config(revision, target)
    plan_for = partial(converge_plan, target.adapter, observed.parsed, observed.masked.config, agreed.config, central)
    plan = plan_for(waiting, local)
    if target.mode not in WRITTEN and plan.wanted:  # what is not written is not agreed
        plan = plan_for(replace(waiting, left_alone=left_alone | plan.wanted.keys()), local)
    written: tuple[RelPath, ...] = ()
    if plan.wanted:
        problems = _write(ports, observed, plan)
        if isinstance(problems, list):
            return Converged(dropped=plan.dropped, problems=tuple(problems))
        written = problems
    _remember(ports, observed, plan, bool(written), captured.is_correction)
    agree(centre, target, agreed, revision, plan.agreed, Author("reconciler", f"reconciler@{ports.machine}", ports.clock.now()))
    return Converged(written, plan.dropped, needs_again=not captured.gaps <= plan.gaps)


def _unmerged(centre: Centre, target: Target) -> list[EntityId]:
    """What was captured and has not reached main: a main that does not validate takes nothing in, and overwrites none of it."""
    branch = branches.open_branch(centre, target)
    return branches.changed_entities(centre, target, branch) if branch else []


def _write(ports: Ports, observed: Observed, plan: ConvergePlan) -> list[Problem] | tuple[RelPath, ...]:
    """Render, let the client's own program judge, write. Problems instead of paths when it must not be written."""
    target = observed.target
    try:
        changed = render(target.adapter, observed.parsed, plan.wanted)
    except Stalled as error:
        return [Problem(target.adapter.title, str(error))]
    refused = _refused(ports, target.client, found_bytes(observed.parsed.docs), changed)
    if refused:
        return refused
    digests = observed.seen.digests()
    writes = [Write(path, data, digests.get(path)) for path, data in changed.items()]
    ports.disk.apply(target.id, target.root, writes)
    return tuple(sorted(changed))


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


def _remember(ports: Ports, observed: Observed, plan: ConvergePlan, has_written: bool, is_correction: bool) -> None:
    old = target_facts.load(ports.memory, observed.target.id)
    if has_written:
        displaced = target_facts.digest_of(observed.masked.config)
        new = old.after_write(displaced, ports.clock.now(), plan.used_secrets, is_correction)
    elif dict(old.secrets) != plan.used_secrets:
        new = target_facts.Facts(**{**vars(old), "secrets": plan.used_secrets})
    else:
        return
    target_facts.save(ports.memory, observed.target.id, new)
