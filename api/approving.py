"""Who approves what: nobody their own change where somebody else could, and nobody without the role."""

from __future__ import annotations

from collections.abc import Mapping

from api.access import Person
from api.errors import NotAllowed
from api.services import Services
from reconciler.errors import Retryable
from reconciler.model.accounts import allows
from reconciler.model.fields import flat
from reconciler.model.names import kind_of
from reconciler.policy.risk import needs_approval, risk
from reconciler.reconcile import conflicts
from reconciler.reconcile.conflicts import Choice
from reconciler.reconcile.reviews import Item, open_reviews


def approves(services: Services, person: Person) -> bool:
    """Whether what this person changes is thereby approved; else what is risky in it waits for somebody else."""
    try:
        return allows(person.role, "approver") and is_alone(services) and not services.engines.is_shared()
    except Retryable:
        return False  # who cannot be counted may be many; what must be audited is refused a moment later


def is_alone(services: Services) -> bool:
    """False as well while nobody can say who else there is."""
    try:
        return len(services.users.all()) <= 1
    except Retryable:
        return False


def check_own(services: Services, person: Person, item: Item) -> None:
    if item.kind == "held" and item.local_by.author == person.name and not is_alone(services):
        raise NotAllowed(f"{item.id}: this is your own change; somebody else approves it")


def check_choice(services: Services, person: Person, items: list[Item], choice: Choice) -> None:
    """Who settles a conflict approves what was chosen: that needs an approver where it is risky, and another hand where it is one's own."""
    is_own = choice.take == "edited" and not is_alone(services)
    if allows(person.role, "approver") and not is_own:
        return
    reasons = _risks(services, items, choice)
    if not reasons:
        return
    cure = "take a side, or change it in a client, and let somebody else approve it" if is_own else "an approver has to choose it"
    raise NotAllowed(f"{', '.join(item.id for item in items)}: {'; '.join(reasons)}: {cure}")


def _risks(services: Services, items: list[Item], choice: Choice) -> list[str]:
    """Why what these choices would land, or leave waiting with what stands beside it, needs an approver; tried on doors that write nothing."""
    engine = services.engines.looking()
    targets = {t.id: t for t in engine.targets()}
    before = engine.centre.in_force()[0]
    conflicts.resolve_each(engine, [item.id for item in items], choice)
    after = engine.centre.main()
    if before is None or after is None:
        return []
    threshold = engine.centre.policy(before).threshold()
    found: list[str] = []
    held = {(i.target, i.entity): i.local for _, review in open_reviews(engine.ports.store) for i in review.items if i.kind == "held"}
    for item in (i for i in items if i.target in targets):
        old, new = (engine.centre.config(r, targets[item.target]).get(item.entity) for r in (before, after))
        if isinstance(waits := held.get((item.target, item.entity)), Mapping):
            new = flat(kind_of(item.entity), waits)
        judged = risk(old, new, item.entity)
        found += judged.reasons if needs_approval(judged.level, threshold) else ()
    return list(dict.fromkeys(found))
