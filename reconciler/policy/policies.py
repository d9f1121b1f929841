"""The four policies. Each says how one dispute ends, or None: then a person decides. None of them loses a value,
since the loser stays in the merge's parents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from reconciler.model.results import Dispute, Resolution, Side

PolicyName = Literal["client-priority", "last-write-wins", "central-authoritative", "manual-review"]
Winner = Literal["local", "central"]


def client_priority(dispute: Dispute, scores: Mapping[str, int]) -> Resolution | None:
    """The side whose client has the higher score. None when they are equal, or a client has no score."""
    local, central = _score(dispute.local_by, scores), _score(dispute.central_by, scores)
    if local is None or central is None or local == central:
        return None
    return _won(dispute, "local" if local > central else "central", "client-priority")


def last_write_wins(dispute: Dispute, now: float) -> Resolution:
    """The later change: the one made in knowledge of the other, else by time, else by an order that is always the same.

    A time ahead of ``now`` counts as ``now``, so that a machine with a fast clock does not always win.
    """
    if dispute.local_knew_central != dispute.central_knew_local:
        return _won(dispute, "local" if dispute.local_knew_central else "central", "last-write-wins")
    local = _place(dispute.local_by, dispute.conflict.local, now)
    central = _place(dispute.central_by, dispute.conflict.central, now)
    return _won(dispute, "local" if local > central else "central", "last-write-wins")


def central_authoritative(dispute: Dispute) -> Resolution:
    """Main, always."""
    return _won(dispute, "central", "central-authoritative")


def manual_review(dispute: Dispute) -> Resolution | None:
    """None, always: a person decides."""
    return None


def _won(dispute: Dispute, winner: Winner, policy: PolicyName) -> Resolution:
    value = dispute.conflict.local if winner == "local" else dispute.conflict.central
    return Resolution(value, winner, policy)


def _score(side: Side, scores: Mapping[str, int]) -> int | None:
    """That of ``claude`` for ``laptop-1/claude/user``; None when the change came from no target."""
    parts = side.target.split("/")
    return scores.get(parts[1]) if len(parts) > 1 else None


def _place(side: Side, value: object, now: float) -> tuple[float, str, str, str, str]:
    # The values differ, so the last part makes the order total, and with it the same from both sides.
    return min(side.at, now), side.machine, side.target, side.revision, json.dumps(value, sort_keys=True)
