"""Which changes of the settings let more happen without a person."""

from __future__ import annotations

import pytest

from reconciler.policy.findings import Level
from reconciler.policy.weakening import weakening

SAME: tuple[Level, Level] = ("high", "high")


@pytest.mark.parametrize(("before", "after"), [("low", "medium"), ("medium", "high"), ("low", "high")])
def test_a_higher_threshold_is_weaker(before: Level, after: Level) -> None:
    assert weakening({}, {}, (before, after))
    assert not weakening({}, {}, (after, before))


@pytest.mark.parametrize("key", ["ignore", "accepted_gaps", "plain_values"])
def test_a_longer_list_of_exceptions_is_weaker(key: str) -> None:
    assert weakening({key: ["a"]}, {key: ["b", "a"]}, SAME)
    assert not weakening({key: ["b", "a"]}, {key: ["a"]}, SAME)


def test_a_secret_less_is_weaker() -> None:
    assert weakening({"masked_values": ["a", "b"]}, {"masked_values": ["a"]}, SAME)
    assert not weakening({"masked_values": ["a"]}, {"masked_values": ["a", "b"]}, SAME)


def test_what_guards_nothing_can_change() -> None:
    assert not weakening({}, {"priorities": {"claude": 1}, "reconcile": {"interval_s": 5}, "new_entities": {"mcp": "base"}, "policies": [{"policy": "last-write-wins"}]}, SAME)
