"""Servers for the tests of hints: one to share, and one of a test's own to be mistreated."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from reconciler.events.redis_hints import RedisHints
from tests.reconciler.events.valkey import Valkey

_numbers = count()

MakeHints = Callable[..., RedisHints]


@pytest.fixture(scope="session")
def shared_url() -> Iterator[str]:
    """A server that all tests use side by side, each with streams of its own; ``RECONCILER_TEST_REDIS_URL`` names another."""
    given = os.environ.get("RECONCILER_TEST_REDIS_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        server = Valkey(Path(folder)).start()
        yield server.url
        server.kill()


@pytest.fixture
def server() -> Iterator[Valkey]:
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        one = Valkey(Path(folder)).start()
        yield one
        one.kill()


@pytest.fixture
def stream() -> str:
    return f"hints:test-{os.getpid()}-{next(_numbers)}"


@pytest.fixture
def redis_hints(stream: str) -> Iterator[MakeHints]:
    made: list[RedisHints] = []

    def make(url: str | None, consumer: str = "up", **more: int) -> RedisHints:
        made.append(RedisHints(lambda: url, stream, consumer, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()
