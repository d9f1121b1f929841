"""What of a change to ``reconciler.yaml`` lets more happen without a person: any of it waits for an approver.

Judges plain values. What is not named here guards nothing: whichever side ``policies`` and ``priorities`` let win, the
outcome passes the risk gate like any other change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.policy.findings import LEVELS, Level

POLICY_KEYS = ("approval_threshold", "ignore", "accepted_gaps", "plain_values", "masked_values", "main")
"""The settings that are judged, and that an approval is bound to."""

_GROWING = {
    "ignore": "more is left out of synchronisation",
    "accepted_gaps": "what a client cannot hold is no longer shown",
    "plain_values": "values that look like secrets are committed as they are",
}


def weakening(before: Mapping[str, Any], after: Mapping[str, Any], threshold: tuple[Level, Level]) -> tuple[str, ...]:
    """Why the settings ``after`` guard less than those ``before``; ``threshold`` is what is in force before and after."""
    return tuple(_reasons(before, after, *threshold))


def _reasons(before: Mapping[str, Any], after: Mapping[str, Any], old: Level, new: Level) -> Iterator[str]:
    if LEVELS.index(new) > LEVELS.index(old):
        yield f"changes of {old} risk no longer wait for an approver"
    if after.get("main") == "protected" != before.get("main"):
        yield "main: whatever is merged on the Git host no longer waits for an approver"
    for key, reason in _GROWING.items():
        if any(item not in _items(before, key) for item in _items(after, key)):
            yield f"{key}: {reason}"
    if any(item not in _items(after, "masked_values") for item in _items(before, "masked_values")):
        yield "masked_values: values that a person called secret are no longer"


def _items(settings: Mapping[str, Any], key: str) -> list[Any]:
    value = settings.get(key)
    return value if isinstance(value, list) else []
