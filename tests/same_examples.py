"""The same examples each time, whatever ran before: Hypothesis draws some from the constants of the modules that are loaded."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

PACKAGES = ("reconciler", "api", "bench")
PROGRAMS = ("__main__", "migrations.env")
"""Modules that do their work when they are loaded."""


def modules() -> Iterator[str]:
    for package in PACKAGES:
        names = (m.name for m in pkgutil.walk_packages(import_module(package).__path__, f"{package}."))
        yield from (name for name in names if not name.endswith(PROGRAMS))


def pytest_collection_finish(session: pytest.Session) -> None:
    if any(getattr(getattr(item, "obj", None), "is_hypothesis_test", False) for item in session.items):
        for name in modules():
            import_module(name)
