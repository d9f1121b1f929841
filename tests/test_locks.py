"""What is locked holds on any machine: no file of versions names a registry's host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["requirements.lock", "frontend/node.lock"])
def test_a_lock_of_python_packages_names_no_host(name: str) -> None:
    assert "://" not in (ROOT / name).read_text("utf-8")


def test_the_lock_of_the_dashboard_names_no_host() -> None:
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))["packages"]
    assert len(packages) > 100
    assert [name for name, about in packages.items() if "resolved" in about] == []
    assert "omit-lockfile-registry-resolved=true" in (ROOT / "frontend" / ".npmrc").read_text("utf-8").splitlines()
