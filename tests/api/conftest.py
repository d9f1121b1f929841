"""A gateway for each test."""

from __future__ import annotations

import pytest

from tests.fakes.gateway import Gate


@pytest.fixture
def gate() -> Gate:
    return Gate()
