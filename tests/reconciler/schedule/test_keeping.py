"""Keeping the database up to date, as `/healthz` tells of it."""

from __future__ import annotations

from reconciler.errors import Retryable
from reconciler.schedule.keeping import Keeping


def never() -> bool:
    return False


def away() -> None:
    raise Retryable("PostgreSQL does not answer")


def test_before_the_first_look_it_is_said_that_nothing_was_kept() -> None:
    assert "nothing has been kept" in Keeping(lambda: None, never).problem


def test_after_a_look_that_succeeded_nothing_is_wrong() -> None:
    keeping = Keeping(lambda: None, never)
    assert (keeping.look(), keeping.problem) == (True, "")


def test_what_keeps_it_from_the_database_is_said() -> None:
    keeping = Keeping(away, never)
    assert (keeping.look(), keeping.problem) == (False, "PostgreSQL does not answer")
