"""Facts that survive a restart, and whose loss is never an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.deploy.memory import FileMemory, file_name
from reconciler.ports import Memory
from tests.fakes.memory import MemoryMemory

NAME = "laptop-1/claude/user"


@pytest.fixture(params=["file", "memory"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Memory:
    return FileMemory(tmp_path / "state") if request.param == "file" else MemoryMemory()


def test_what_was_saved_is_loaded(memory: Memory) -> None:
    memory.save(NAME, {"digest": "abc", "count": 3, "deep": {"é": [1, None, True]}})
    assert memory.load(NAME) == {"digest": "abc", "count": 3, "deep": {"é": [1, None, True]}}


def test_saving_replaces_all_facts(memory: Memory) -> None:
    memory.save(NAME, {"a": 1})
    memory.save(NAME, {"b": 2})
    assert memory.load(NAME) == {"b": 2}


def test_an_unknown_name_has_no_facts(memory: Memory) -> None:
    assert memory.load("laptop-1/codex/user") == {}


def test_another_process_sees_the_facts(tmp_path: Path) -> None:
    FileMemory(tmp_path).save(NAME, {"a": 1})
    assert FileMemory(tmp_path).load(NAME) == {"a": 1}


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a":1'])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    FileMemory(tmp_path).save(NAME, {"a": 1})
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert FileMemory(tmp_path).load(NAME) == {}


def test_files_are_for_this_user_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    FileMemory(tmp_path / "state").save(NAME, {"a": 1})
    (file,) = (tmp_path / "state").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@settings(max_examples=1000, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_a_name_is_one_short_file_name(name: str) -> None:
    made = file_name(name)
    assert "/" not in made
    assert not made.startswith(".")
    assert len(made.encode()) <= 200


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.text("ab/.%-é", max_size=300), min_size=2, max_size=5, unique=True))
def test_different_names_have_different_files(names: list[str]) -> None:
    assert len({file_name(name) for name in names}) == len(names)
