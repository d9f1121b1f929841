"""The short way of `sync` is taken only where a pass would have nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.cli import quick
from reconciler.deploy.backups import Backups
from reconciler.deploy.journal import Entry
from reconciler.model.names import RelPath, TargetId
from reconciler.settings import settings_from


@pytest.mark.parametrize("is_left", [False, True])
def test_a_temporary_file_that_could_not_be_removed_is_something_to_do(tmp_path: Path, is_left: bool) -> None:
    settings = settings_from({"HOME": str(tmp_path), "RECONCILER_HOME": str(tmp_path / "state")})
    if is_left:
        (tmp_path / ".left").write_bytes(b"old")
    entry = Entry("staged", 0.0, RelPath("a.json"), None, None, f"{tmp_path}/a.json", ".left")
    Backups(str(settings.backups)).journal(TargetId("laptop-1/claude/user")).append([entry])
    quick.remember(settings, {"targets": []}, 0, {})
    assert (quick.unchanged(settings) is None) == is_left
