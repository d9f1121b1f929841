"""The rules under ``ignore`` in `reconciler.yaml`: what each matches on this machine, added and taken away by commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.errors import Stalled
from reconciler.mapping.ignoring import Ignoring
from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId, Revision
from reconciler.reconcile.agreement import agreement
from reconciler.reconcile.observe import observe
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.settings_edits import add_to, take_from
from reconciler.reconcile.targets import Target, adapter_named

_Known = Sequence[tuple[str, Mapping[EntityId, list[Fields]]]]
"""By target, its client and all sides of each entity."""


@dataclass(frozen=True)
class Rule:
    """One rule of main, and how many entities (whole) and fields it matches on this machine, in files or in main."""

    pattern: str
    client: str | None
    reason: str | None
    is_in_force: bool
    entities: int
    fields: int


def rules(engine: Reconciler) -> list[Rule]:
    """All rules of main, in its order. One that waits for an approver is not in force, nor one of a main that does not validate."""
    main, listed = engine.centre.in_force()[0], _listed(engine)
    in_force = engine.centre.policy(main).list("ignore") if main else []
    known = _all_known(engine) if listed else []
    return [_rule(item, item in in_force, known) for item in listed]


def matching(engine: Reconciler, pattern: str, client: str | None) -> Rule:
    """What a rule would match, whether or not there is such a one."""
    _check(pattern, None, client)
    same = next((rule for rule in rules(engine) if (rule.pattern, rule.client) == (pattern, client)), None)
    return same or _rule({"match": pattern, "client": client}, False, _all_known(engine))


def _all_known(engine: Reconciler) -> _Known:
    return [(target.client, _known(engine, target)) for target in engine.targets()]


def _rule(item: Mapping[str, Any], is_in_force: bool, known: _Known) -> Rule:
    pattern, client = str(item["match"]), item.get("client")
    ignoring = Ignoring((pattern,))
    entities, fields = set(), set()
    for held in (held for of_client, held in known if client in (None, of_client)):
        entities |= {e for e in held if ignoring.is_whole(e)}
        fields |= {(e, path) for e, sides in held.items() for side in sides for path in ignoring.paths(e, side)}
    return Rule(pattern, client, item.get("reason"), is_in_force, len(entities), len({(e, path) for e, path in fields if e not in entities}))


def _known(engine: Reconciler, target: Target) -> dict[EntityId, list[Fields]]:
    """What the target's files hold, what main has for it, and what they agreed on."""
    main, agreed = engine.centre.in_force()[0], agreement(engine.centre, target).config
    found = observe(engine.ports.disk, target, {}, agreed, engine.local(target)).parsed.reading.config
    sides: tuple[Config, ...] = (found, agreed, engine.centre.config(main, target) if main else {})
    return {e: [side[e] for side in sides if e in side] for e in {e: None for side in sides for e in side}}


def add(engine: Reconciler, pattern: str, client: str | None, reason: str | None) -> Revision:
    """Ignore what a pattern matches. A rule for the same stands already: nothing is written."""
    _check(pattern, reason, client)
    same = next((i for i in _listed(engine) if (i.get("match"), i.get("client")) == (pattern, client)), None)
    item = same or {"match": pattern, **({"client": client} if client else {}), **({"reason": reason} if reason else {})}
    return add_to(engine, "ignore", item, f"Ignore {pattern}" + (f" in {client}" if client else ""))


def _check(pattern: str, reason: str | None, client: str | None) -> None:
    if not pattern.strip() or pattern != pattern.strip():
        raise Stalled(f"{pattern!r}: a pattern is ENTITY or ENTITY.FIELD, such as mcp/github or mcp/github.env.*")
    if reason is not None and not reason.strip():
        raise Stalled("the reason is empty; leave it out, or say why")
    if client is not None:
        adapter_named(client)


def remove(engine: Reconciler, pattern: str, client: str | None) -> Revision:
    """Take the rules for a pattern away: all of them, or those of one client. Raises ``Stalled`` when there is none."""
    gone = [i for i in _listed(engine) if i.get("match") == pattern and client in (None, i.get("client"))]
    if not gone:
        raise Stalled(f"{pattern}: there is no such rule; see `reconciler ignore list`")
    return take_from(engine, "ignore", gone, f"No longer ignore {pattern}" + (f" in {client}" if client else ""))


def _listed(engine: Reconciler) -> list[dict[str, Any]]:
    main = engine.centre.main()
    return [i for i in (engine.centre.settings(main).list("ignore") if main else []) if isinstance(i, dict) and i.get("match")]
