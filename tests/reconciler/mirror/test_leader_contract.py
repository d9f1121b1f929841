"""What every leader keeps: never two, and always another when one goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from reconciler.mirror.leader import PostgresLeader
from reconciler.ports.chores import Leader
from tests.fakes.leader import MemoryLeader, Office

Make = Callable[[], Leader]


@pytest.fixture(params=["memory", "postgres"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    made: list[Leader] = []
    office = Office()

    def leader() -> Leader:
        url = request.getfixturevalue("shared_database_url") if request.param == "postgres" else ""
        made.append(PostgresLeader(lambda: url, "contract", without=False) if url else MemoryLeader(office))
        return made[-1]

    yield leader
    for one in made:
        one.close()


def test_of_several_the_first_that_asks_is_the_leader_and_stays_it(make: Make) -> None:
    first, second = make(), make()
    assert [first.is_ours(), second.is_ours(), first.is_ours(), second.is_ours()] == [True, False, True, False]


def test_when_one_goes_another_becomes_it(make: Make) -> None:
    first, second = make(), make()
    assert first.is_ours()
    first.close()
    assert (second.is_ours(), first.is_ours()) == (True, False)


def leaders(url: str | None, without: bool = False) -> PostgresLeader:
    return PostgresLeader(lambda: url, "one more", without)


def test_offices_of_different_names_are_different(shared_database_url: str) -> None:
    ours, others = (PostgresLeader(lambda: shared_database_url, name, False) for name in ("laptop-1", "laptop-2"))
    assert (ours.is_ours(), others.is_ours()) == (True, True)
    ours.close()
    others.close()


@pytest.mark.parametrize("url", [None, "postgresql://nobody@/none?host=/nowhere"])
@pytest.mark.parametrize("without", [True, False])
def test_without_a_database_it_is_what_it_was_told_to_be(url: str | None, without: bool) -> None:
    assert leaders(url, without).is_ours() is without


def test_a_broken_connection_loses_the_office_and_the_next_question_wins_it_back(shared_database_url: str) -> None:
    leader = leaders(shared_database_url)
    assert leader.is_ours()
    with psycopg.connect(shared_database_url, autocommit=True) as other:
        other.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'reconciler leader'")
    assert [leader.is_ours(), leader.is_ours()] == [False, True]
    leader.close()
