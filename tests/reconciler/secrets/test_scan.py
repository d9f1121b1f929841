"""What the vault holds is found in any text, and so is what it held a moment ago."""

from __future__ import annotations

import pytest

from reconciler.secrets.scan import Scan
from tests.fakes.vault import MemoryVault

FIRST, SECOND = "no-shape-" + "Kq7aaaaaaaaaaaa1", "no-shape-" + "Kq7bbbbbbbbbbbb2"


@pytest.fixture
def vault() -> MemoryVault:
    vault = MemoryVault()
    vault.put({"one.env.API_KEY": FIRST})
    return vault


def test_a_value_is_found_as_soon_as_it_is_kept(vault: MemoryVault) -> None:
    scan = Scan(vault)
    assert list(scan(f"it said {FIRST} and {SECOND}")) == [FIRST]
    vault.put({"two.env.API_KEY": SECOND})
    assert sorted(scan(f"it said {FIRST} and {SECOND}")) == [FIRST, SECOND]


def test_a_value_that_was_rotated_is_a_secret_still(vault: MemoryVault) -> None:
    scan = Scan(vault)
    vault.put({"one.env.API_KEY": SECOND})
    assert sorted(scan(f"it said {FIRST} and {SECOND}")) == [FIRST, SECOND]


def test_a_value_that_was_let_go_is_no_secret(vault: MemoryVault) -> None:
    vault.put({"one.env.API_KEY": SECOND})
    vault.put({"one.env.API_KEY": None})
    assert list(Scan(vault)(f"it said {FIRST} and {SECOND}")) == []
