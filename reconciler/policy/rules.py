"""Which policy settles which conflict: rules in order, the first that matches decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reconciler.model.fields import dotted
from reconciler.model.names import TOOLS, kind_of, shown
from reconciler.model.results import Conflict, Dispute, Resolution
from reconciler.policy.policies import PolicyName, central_authoritative, client_priority, last_write_wins, manual_review


@dataclass(frozen=True)
class PolicyRule:
    """``policy`` for the conflicts that ``pattern`` and ``kind`` match.

    The pattern is for an entity and all in it (``mcp/*``, ``rules/**``) or for fields of it (``mcp/github.env.*``).
    ``*`` and ``?`` stop at a slash, ``**`` does not; in allowed-tools entries a slash is a character like any other.
    """

    policy: PolicyName
    pattern: str = "**"
    kind: str | None = None

    def matches(self, conflict: Conflict) -> bool:
        kind = kind_of(conflict.entity)
        if self.kind is not None and self.kind != kind:
            return False
        wanted = _expression(self.pattern, kind == TOOLS)
        return any(wanted.fullmatch(name) for name in _names(conflict))


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
    """What a pattern may mean: the entity, its field, and for an allowed-tools entry also what people see."""
    entity, entry = shown(conflict.entity)
    names = [str(conflict.entity), str(entity)]
    if entry is not None:
        names.append(f"{entity}.{entry}")
    return [*names, f"{conflict.entity}.{dotted(conflict.path)}"] if conflict.path else names


@lru_cache(maxsize=256)
def _expression(pattern: str, crosses_slashes: bool) -> re.Pattern[str]:
    one = "." if crosses_slashes else "[^/]"
    meaning = {"**": ".*", "*": f"{one}*", "?": one}
    parts = (meaning.get(part, re.escape(part)) for part in re.split(r"(\*\*|\*|\?)", pattern))
    return re.compile("".join(parts), re.DOTALL)
