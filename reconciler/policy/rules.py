"""Which policy settles which conflict: rules in order, the first that matches decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.model.names import kind_of
from reconciler.model.patterns import entity_names, field_name, is_match
from reconciler.model.results import Conflict, Dispute, Resolution
from reconciler.policy.policies import PolicyName, central_authoritative, client_priority, last_write_wins, manual_review


@dataclass(frozen=True)
class PolicyRule:
    """``policy`` for the conflicts that ``pattern`` and ``kind`` match.

    The pattern is for an entity and all in it (``mcp/*``, ``rules/**``) or for fields of it (``mcp/github.env.*``).
    ``*`` matches any text, ``?`` any character.
    """

    policy: PolicyName
    pattern: str = "*"
    kind: str | None = None

    def matches(self, conflict: Conflict) -> bool:
        kind = kind_of(conflict.entity)
        if self.kind is not None and self.kind != kind:
            return False
        return is_match(self.pattern, _names(conflict))


def policy_for(conflict: Conflict, rules: Sequence[PolicyRule]) -> PolicyName:
    """The policy of the first rule that matches, else manual review."""
    return next((rule.policy for rule in rules if rule.matches(conflict)), "manual-review")


def settle(dispute: Dispute, rules: Sequence[PolicyRule], scores: Mapping[str, int], now: float) -> Resolution | None:
    """How the dispute ends by the first rule that matches. None: a person decides; later rules are not asked."""
    match policy_for(dispute.conflict, rules):
        case "client-priority":
            return client_priority(dispute, scores)
        case "last-write-wins":
            return last_write_wins(dispute, now)
        case "central-authoritative":
            return central_authoritative(dispute)
        case "manual-review":
            return manual_review(dispute)


def _names(conflict: Conflict) -> list[str]:
    """What a pattern may mean: the entity, and its field."""
    names = entity_names(conflict.entity)
    return [*names, field_name(conflict.entity, conflict.path)] if conflict.path else names
