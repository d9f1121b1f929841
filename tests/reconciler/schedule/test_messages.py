"""What is said of work that goes wrong and goes on."""

from __future__ import annotations

from reconciler.schedule.messages import Complaints


def test_the_same_is_told_once_for_each_thing() -> None:
    told: list[str] = []
    complaints = Complaints(told.append)
    for _ in range(2):
        complaints.note("away", "fetch")
        complaints.note("full", "retention")
    assert (told, complaints.standing("fetch")) == (["away", "full"], "away")


def test_what_went_well_in_between_is_told_again() -> None:
    told: list[str] = []
    complaints = Complaints(told.append)
    complaints.note("away")
    complaints.settled()
    complaints.note("away")
    assert told == ["away", "away"]
