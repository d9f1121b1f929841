"""`/api/v1/ignore`."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Admin, Person, Viewer
from api.approving import approves
from api.audited import changing
from api.errors import CREATED, NotAllowed, NotSignedIn, Unaudited, documented
from api.features.ignore.shapes import NewRule, Pattern, RulesChanged, RuleShown
from api.paging import Asked, Page
from api.services import Given, Services
from reconciler.reconcile import ignoring
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import pass_json

router = APIRouter(prefix="/api/v1/ignore", tags=["ignore"], responses=documented(NotSignedIn, NotAllowed, Unaudited))

Client = Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9-]{0,40}$", description="Only in this client.", examples=["codex"])]
_FIELDS: dict[str, Callable[[dict[str, Any]], Any]] = {name: itemgetter(name) for name in ("pattern", "client", "entities", "fields")}


@router.get("", response_model=Page[RuleShown])
def list_ignored(person: Viewer, services: Given, paging: Asked) -> dict[str, Any]:
    """The ignore rules, and how many entities and fields each matches here."""
    return paging.cut([vars(rule) for rule in ignoring.rules(services.engines.looking())], _FIELDS)


@router.get("/matches", response_model=RuleShown)
def ignore_matches(person: Viewer, services: Given, pattern: Annotated[Pattern, Query()], client: Client = None) -> dict[str, Any]:
    """How much a rule would match, before it is added."""
    return vars(ignoring.matching(services.engines.looking(), pattern, client))


@router.post("", response_model=RulesChanged, status_code=CREATED)
def add_ignored(asked: NewRule, person: Admin, services: Given) -> dict[str, Any]:
    """Ignore what a pattern matches: it is neither captured nor written from now on."""
    after = {"pattern": asked.pattern, "client": asked.client}
    return _changed(services, person, "policy.ignore", after, asked.reason, lambda e: ignoring.add(e, asked.pattern, asked.client, asked.reason or None))


@router.delete("", response_model=RulesChanged)
def remove_ignored(
    person: Admin,
    services: Given,
    pattern: Annotated[Pattern, Query()],
    client: Client = None,
    reason: Annotated[str, Query(max_length=500, description="For the audit trail.")] = "",
) -> dict[str, Any]:
    """Take the rules for a pattern away: all of them, or that of one client."""
    after = {"pattern": pattern, "client": client}
    return _changed(services, person, "policy.unignore", after, reason, lambda e: ignoring.remove(e, pattern, client))


def _changed(services: Services, person: Person, action: str, rule: dict[str, Any], reason: str, act: Callable[[Reconciler], str]) -> dict[str, Any]:
    with changing(services, person.name, action, str(rule["pattern"]), None, rule, reason, approves(services, person)) as engine:
        revision = act(engine)
        result = engine.run(engine.targets())
        rows = [vars(one) for one in ignoring.rules(engine)]
    return {"revision": revision, "rules": rows, "targets": pass_json(result)["targets"]}
