"""One pool of connections for all threads, and nothing left open."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from reconciler.mirror.database import Database


def test_what_is_in_use_while_it_closes_is_closed_when_it_is_done(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with database.reading() as connection:
        database.close()
        connection.execute(text("select 1"))
        driver = connection.connection.driver_connection
    assert driver is not None
    assert driver.closed


def test_what_is_asked_for_after_it_was_closed_is_closed_too(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    database.close()
    with database.reading() as connection:
        driver = connection.connection.driver_connection
    assert driver is not None
    assert driver.closed


def test_threads_that_ask_first_at_one_time_share_one_pool(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    together = threading.Barrier(4)

    def ask() -> int:
        together.wait()
        with database.reading() as connection:
            return id(connection.engine)

    with ThreadPoolExecutor(4) as pool:
        engines = set(pool.map(lambda _: ask(), range(4)))
    database.close()
    assert len(engines) == 1


def test_one_that_nobody_closed_closes_when_it_is_forgotten(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with database.reading() as connection:
        driver = connection.connection.driver_connection
    del database, connection
    gc.collect()
    assert driver is not None
    assert driver.closed
