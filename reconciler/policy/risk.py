"""What a change of one entity risks: low lands, high waits for an approver. Only what the change adds counts.

Judges canonical fields, so values are templates (``${secret:x}``). A leaf that changed is judged as if it were new.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from reconciler.model.fields import Fields
from reconciler.model.names import Digest, EntityId, kind_of
from reconciler.policy.findings import LEVELS, Finding, Level, high, medium
from reconciler.policy.hidden import hidden_findings
from reconciler.policy.rule_risk import rule_findings
from reconciler.policy.server_risk import server_findings
from reconciler.policy.tool_risk import tool_findings

MASS_REMOVAL_AT_LEAST = 4


@dataclass(frozen=True)
class Risk:
    """``reasons`` are plain sentences, the gravest first."""

    level: Level
    reasons: tuple[str, ...] = ()


def risk(before: Fields | None, after: Fields | None, entity: EntityId) -> Risk:
    """The risk of the change from ``before`` to ``after``; None is an absent entity."""
    found = [*_findings(before, after, entity), *hidden_findings(before, after, entity)]
    found.sort(key=lambda finding: -LEVELS.index(finding.level))
    return Risk(found[0].level if found else "low", tuple(dict.fromkeys(finding.reason for finding in found)))


def needs_approval(level: Level, threshold: Level) -> bool:
    """True when a change of this level is held for an approver."""
    return LEVELS.index(level) >= LEVELS.index(threshold)


def is_mass_removal(before_count: int, removed: int) -> bool:
    """True when so much of a target goes at once that a person is asked: over half, and at least four."""
    return removed >= MASS_REMOVAL_AT_LEAST and removed * 2 > before_count


def digest_of(entity: EntityId, fields: Fields | None) -> Digest:
    """What an approval is bound to: the exact content of one entity, or its absence."""
    leaves = None if fields is None else sorted([list(path), leaf] for path, leaf in fields.items())
    text = json.dumps([entity, leaves], sort_keys=True, separators=(",", ":"))
    return Digest(hashlib.sha256(text.encode()).hexdigest())


def _findings(before: Fields | None, after: Fields | None, entity: EntityId) -> list[Finding]:
    match kind_of(entity):
        case "mcp":
            return server_findings(before, after)
        case "rules":
            return rule_findings(before, after)
        case "tools":
            return tool_findings(before, after, entity)
        case "hooks" if after is not None:
            return [high("a hook runs a command by itself")]
        case kind:
            return [medium(f"a change of {kind}")] if before != after else []


