"""A home whose servers have run once, to be started again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.servers.supervisor import EmbeddedServers
from tests.conftest import copied_home


@pytest.fixture
def home(stopped_home: Path, tmp_path: Path) -> Path:
    """A copy, with its owners: no server runs in it."""
    return copied_home(stopped_home, tmp_path / "servers")


@pytest.fixture
def servers(home: Path) -> Iterator[EmbeddedServers]:
    made = EmbeddedServers(home)
    yield made
    made.stop()
