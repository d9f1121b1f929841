"""Real servers for the tests that name them: embedded ones, or those of RECONCILER_TEST_DATABASE_URL and RECONCILER_TEST_REDIS_URL."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import settings
from psycopg.sql import SQL, Identifier

from reconciler.mirror import schema
from reconciler.mirror.database import Database
from reconciler.mirror.tables import metadata
from reconciler.ports.servers import Endpoints
from reconciler.servers.supervisor import EmbeddedServers
from tests.same_examples import pytest_collection_finish
from tests.torture.counted import pytest_terminal_summary

__all__ = ["pytest_collection_finish", "pytest_terminal_summary"]

# A check says the same each time it is run on the same code. `make explore` looks where nobody has looked before.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def stopped_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose servers have run once, to be copied: making PostgreSQL's data anew takes longer than most tests."""
    home = tmp_path_factory.mktemp("once") / "servers"
    servers = EmbeddedServers(home)
    servers.start()
    servers.stop()
    return home


def copied_home(stopped_home: Path, copy: Path) -> Path:
    """A copy with its owners: no server runs in it."""
    shutil.copytree(stopped_home, copy, symlinks=True)
    for old in (stopped_home, *stopped_home.rglob("*")):
        found = old.lstat()
        os.chown(copy / old.relative_to(stopped_home), found.st_uid, found.st_gid, follow_symlinks=False)
    return copy


@pytest.fixture(scope="session")
def endpoints(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Endpoints]:
    """PostgreSQL and Redis for a whole run; what a test puts there must not disturb another's."""
    home = Path(tmp_path_factory.mktemp("s")) / "servers"
    given = os.environ.get("RECONCILER_TEST_DATABASE_URL", ""), os.environ.get("RECONCILER_TEST_REDIS_URL", "")
    if not all(given):
        copied_home(request.getfixturevalue("stopped_home"), home)
    servers = EmbeddedServers(home, *given)
    found = servers.start()
    if not given[0]:
        forget_durability(found.database_url)
    yield found
    servers.stop()


@pytest.fixture(scope="session")
def shared_database_url(endpoints: Endpoints) -> Iterator[str]:
    """A database with all tables, for a whole run: making one for each test would take longer than the tests."""
    with new_database(endpoints.database_url) as url:
        database = Database(url)
        schema.prepare(database)
        database.close()
        yield url


@pytest.fixture
def database_url(shared_database_url: str) -> Iterator[str]:
    """A database with all tables and no rows."""
    yield shared_database_url
    with psycopg.connect(shared_database_url) as connection:
        connection.execute(SQL("truncate {} restart identity").format(SQL(", ").join(map(Identifier, metadata.tables))))


@pytest.fixture
def empty_database_url(endpoints: Endpoints) -> Iterator[str]:
    """A database of the test's own, with nothing in it."""
    with new_database(endpoints.database_url) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def forget_durability(server: str) -> None:
    """A test's database is gone after it: waiting for the disk only takes time."""
    with psycopg.connect(server, autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(SQL("alter system set {} = off").format(Identifier(name)))
        connection.execute("select pg_reload_conf()")


@contextmanager
def new_database(server: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("create database {}").format(Identifier(name)))
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))
