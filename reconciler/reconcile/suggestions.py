"""What each policy would make of a conflict: advice for the person who decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from reconciler.model.results import Conflict, Dispute, Resolution
from reconciler.policy.policies import PolicyName
from reconciler.policy.rules import PolicyRule, policy_for, settle
from reconciler.reconcile.centre import Settings
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.reviews import Item


@dataclass(frozen=True)
class Suggestion:
    """``take`` None: the policy leaves it to a person. ``is_in_force``: the one that the settings name for it."""

    policy: PolicyName
    take: str | None
    value: Any
    is_in_force: bool


def suggestions(engine: Reconciler, item: Item) -> list[Suggestion]:
    """One for each policy; none for a held change, which is approved or rejected as it is."""
    main = engine.centre.in_force()[0]
    if item.kind == "held" or main is None:
        return []
    settings, now = engine.centre.settings(main), engine.ports.clock.now()
    in_force = policy_for(_dispute(item).conflict, _rules(settings))
    out = []
    for name in get_args(PolicyName):
        found = settle(_dispute(item), [PolicyRule(name)], settings.priorities(), now)
        out.append(Suggestion(name, found.chose if found else None, found.value if found else None, name == in_force))
    return out


def verdict(item: Item, settings: Settings, now: float) -> tuple[PolicyName, Resolution | None]:
    """The policy that a conflict falls under by these settings, and how that settles it; None: a person decides."""
    rules = _rules(settings)
    return policy_for(_dispute(item).conflict, rules), settle(_dispute(item), rules, settings.priorities(), now)


def _rules(settings: Settings) -> list[PolicyRule]:
    return [PolicyRule(r["policy"], r.get("match", "*"), r.get("kind")) for r in settings.list("policies")]


def _dispute(item: Item) -> Dispute:
    return Dispute(Conflict(item.entity, item.path, item.base, item.local, item.central), item.local_by, item.central_by)
