"""Random histories through real PostgreSQL: what was mirrored in steps is what a rebuild makes."""

from __future__ import annotations

import pytest

from reconciler.mirror.database import Database
from reconciler.mirror.git_mirror import SqlMirror
from reconciler.reconcile.mirroring import rebuild, rebuilt_digest
from tests.reconciler.reconcile.test_mirroring import random_history


@pytest.mark.parametrize("seed", range(2))
def test_a_mirror_made_in_steps_equals_one_made_at_once(database: Database, seed: int) -> None:
    _equal(database, seed, 6)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
def test_so_it_is_after_any_history(database: Database, seed: int) -> None:
    _equal(database, seed, 25)


def _equal(database: Database, seed: int, steps: int) -> None:
    mirror = SqlMirror(database)
    _, centre = random_history(seed, steps, mirror, often=0.5)
    before = mirror.digest()
    assert rebuilt_digest(centre, mirror) == before
    assert mirror.digest() == before
    assert rebuild(centre, mirror) == before
