from __future__ import annotations

import pytest

from reconciler.model.names import EntityId
from reconciler.model.results import Conflict, Dispute, Side
from reconciler.policy.policies import central_authoritative, client_priority, last_write_wins, manual_review

NOW = 1000.0
CONFLICT = Conflict(EntityId("mcp/github"), ("env", "A"), "base", "mine", "theirs")


def by(client: str = "claude", machine: str = "laptop", at: float = 0.0) -> Side:
    return Side(target=f"{machine}/{client}/user", machine=machine, at=at)


@pytest.mark.parametrize(
    ("local", "central", "winner"),
    [("claude", "codex", "local"), ("codex", "claude", "central"), ("claude", "claude", None), ("claude", "other", None), ("other", "codex", None)],
)
def test_the_client_with_the_higher_score_wins(local, central, winner):
    found = client_priority(Dispute(CONFLICT, by(local), by(central)), {"claude": 10, "codex": 5})
    assert (found and found.chose) == winner


def test_clients_of_equal_score_leave_it_to_a_person():
    assert client_priority(Dispute(CONFLICT, by("claude"), by("codex")), {"claude": 5, "codex": 5}) is None


def test_a_change_that_came_from_no_client_has_no_priority():
    assert client_priority(Dispute(CONFLICT, by("claude"), Side(author="a person")), {"claude": 5, "": 9}) is None


@pytest.mark.parametrize(
    ("local", "central", "knows", "winner"),
    [
        (by(at=1), by(at=2), "", "central"),
        (by(at=2), by(at=1), "", "local"),
        (by(at=1), by(at=2), "local", "local"),  # made on top of the other, whatever the clocks say
        (by(at=2), by(at=1), "central", "central"),
        (by(at=2), by(at=1), "both", "local"),  # cannot be, so it says nothing
        (by(machine="a", at=NOW + 5), by(machine="b", at=NOW + 1), "", "central"),  # both are ahead: now, then the machine
        (by(machine="a", at=NOW + 500), by(machine="b", at=NOW - 1), "", "local"),
        (by(machine="b", at=5), by(machine="a", at=5), "", "local"),
        (by(machine="a", at=5), by(machine="b", at=5), "", "central"),
    ],
)
def test_the_last_write_wins(local, central, knows, winner):
    dispute = Dispute(CONFLICT, local, central, knows in ("local", "both"), knows in ("central", "both"))
    assert last_write_wins(dispute, NOW).chose == winner


def test_writes_that_cannot_be_told_apart_still_have_one_winner():
    assert last_write_wins(Dispute(CONFLICT), NOW).value == "theirs"
    swapped = Conflict(CONFLICT.entity, CONFLICT.path, "base", "theirs", "mine")
    assert last_write_wins(Dispute(swapped), NOW).value == "theirs"


def test_central_can_always_win():
    found = central_authoritative(Dispute(CONFLICT, by(at=9), by(at=1)))
    assert (found.value, found.chose, found.policy) == ("theirs", "central", "central-authoritative")


def test_a_manual_review_settles_nothing():
    assert manual_review(Dispute(CONFLICT)) is None


def test_a_removal_can_win():
    gone = Conflict(EntityId("mcp/github"), (), {"command": "a"}, None, {"command": "b"})
    found = last_write_wins(Dispute(gone, by(at=2), by(at=1)), NOW)
    assert (found.value, found.chose) == (None, "local")
