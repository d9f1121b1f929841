"""Contents of artifacts: one contract for the disk and for the double in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import Stalled
from reconciler.mirror.artifacts import Artifacts
from tests.fakes.sessions import MemoryTexts


@pytest.fixture(params=["memory", "disk"])
def artifacts(request: pytest.FixtureRequest, tmp_path: Path) -> MemoryTexts | Artifacts:
    return MemoryTexts() if request.param == "memory" else Artifacts(tmp_path)


def test_what_was_kept_is_read(artifacts: MemoryTexts | Artifacts) -> None:
    path, checksum, size = artifacts.keep("ü\n")
    assert (artifacts.read(path, checksum), size) == ("ü\n".encode(), 3)


def test_what_is_gone_is_none(artifacts: MemoryTexts | Artifacts) -> None:
    assert artifacts.read("aa/aa", "sha256:aa") is None


def test_what_has_not_its_checksum_is_refused(artifacts: MemoryTexts | Artifacts) -> None:
    path, _, _ = artifacts.keep("one")
    with pytest.raises(Stalled, match="damaged"):
        artifacts.read(path, artifacts.keep("two")[1])
