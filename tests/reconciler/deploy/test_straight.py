"""A file on whose way is no link is read without the walk, and every other one is left to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings

from reconciler.deploy.beneath import opened_beneath
from reconciler.deploy.reading import content, straight_content
from reconciler.deploy.resolve import resolve
from reconciler.model.names import AbsPath, RelPath
from tests.reconciler.deploy.test_links import PATHS

DATA = b"what it holds"


def straight(home: Path, path: str) -> bytes | None:
    found = straight_content(AbsPath(str(home)), RelPath(path))
    return None if found is None else found.data


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path.resolve() / "home"
    (home / "deep").mkdir(parents=True)
    (home / "deep" / "a.json").write_bytes(DATA)
    top = opened_beneath(str(home), "deep", os.O_RDONLY | os.O_DIRECTORY)
    if top is None:
        pytest.skip("this kernel has no openat2")
    os.close(top)
    return home


def test_a_plain_file_is_read(home: Path) -> None:
    assert straight(home, "deep/a.json") == DATA


@pytest.mark.parametrize("path", ["link.json", "linked/a.json", "deep/../deep/a.json", "away/a.json", "nothing.json", "deep", "pipe", "out.json"])
def test_all_else_is_left_to_the_walk(home: Path, path: str) -> None:
    (home / "link.json").symlink_to("deep/a.json")
    (home / "linked").symlink_to("deep")
    (home / "out.json").symlink_to("/etc/hostname")
    os.mkfifo(home / "pipe")
    assert straight(home, path) is None


def test_a_root_that_is_a_link_is_left_to_the_walk(home: Path) -> None:
    (home.parent / "alias").symlink_to(home)
    assert straight(home.parent / "alias", "deep/a.json") is None


def test_an_absolute_path_is_left_to_the_walk(home: Path) -> None:
    assert straight(home, str(home / "deep" / "a.json")) is None


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, first=PATHS, second=PATHS)
def test_what_is_read_straight_is_what_the_walk_finds(home: Path, path: str, first: str, second: str) -> None:
    (home / "d").mkdir(exist_ok=True)
    for name in ("a", "d/b", "d/a"):
        (home / name).write_text(name)
    for name, target in (("l", first), ("d/m", second)):
        (home / name).unlink(missing_ok=True)
        (home / name).symlink_to(target or ".")
    found = straight(home, path)
    event("straight" if found else "walked")
    if found is not None:
        walked = content(resolve(AbsPath(str(home)), RelPath(path)))
        assert walked is not None
        assert walked.data == found
