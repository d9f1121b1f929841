"""What other settings would decide: they are tried on doors that write nothing, on all that waits now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.model.results import Problem
from reconciler.reconcile import conflicts
from reconciler.reconcile.centre import Settings
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.policy_file import PolicyFile, faults, policy_file, replace
from reconciler.reconcile.previews import ClientPreview, previewed
from reconciler.reconcile.reviews import Item
from reconciler.reconcile.suggestions import verdict


@dataclass(frozen=True)
class Decision:
    """One open conflict: the policy that it falls under, before and after, and what that takes (None: a person decides)."""

    item: Item
    before: str
    after: str
    take: str | None
    value: Any


@dataclass(frozen=True)
class Outlook:
    """``problems`` are those of the settings; with any there is nothing else. ``weakens`` says why an approver must agree.

    ``settled`` waits now and would no longer, ``new`` is what would wait then.
    """

    problems: tuple[Problem, ...] = ()
    weakens: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    settled: tuple[Item, ...] = ()
    new: tuple[Item, ...] = ()
    previews: tuple[ClientPreview, ...] = ()


def outlook(engine: Reconciler, text: str) -> Outlook:
    """What these settings would do once they are in force. ``engine`` must be one that writes nothing."""
    problems = faults(text)
    if problems:
        return Outlook(tuple(problems))
    old, before = policy_file(engine), conflicts.waiting(engine)
    settings = engine.centre.settings(old.revision)
    previews = previewed(engine, lambda e: _tried(e, old, text))
    new = engine.centre.settings(policy_file(engine).revision)
    after = {item.id for item in conflicts.waiting(engine)}
    return Outlook(
        weakens=settings.weakened_by(new),
        decisions=tuple(_decisions(engine, before, settings, new)),
        settled=tuple(item for item in before if item.id not in after),
        new=tuple(item for item in conflicts.waiting(engine) if item.id not in {b.id for b in before}),
        previews=tuple(previews),
    )


def _tried(engine: Reconciler, old: PolicyFile, text: str) -> Pass:
    replace(engine, old, text, "")
    return engine.run(engine.targets())


def _decisions(engine: Reconciler, items: list[Item], old: Settings, new: Settings) -> Iterator[Decision]:
    now = engine.ports.clock.now()
    for item in (i for i in items if i.kind == "conflict"):
        (before, _), (after, found) = (verdict(item, settings, now) for settings in (old, new))
        yield Decision(item, before, after, found.chose if found else None, found.value if found else None)
