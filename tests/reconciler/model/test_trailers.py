"""Trailers read as git reads them, and what we write is read back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.trailers import trailers, with_trailers

KEYS = st.sampled_from(["Target", "Session", "Policy", "Conflict", "Resolved-By", "Base", "Entity", "x-1"])
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = st.lists(st.sampled_from(["a", "b: c", "base=1 local=2", "---", "# x", "한"]), max_size=3).map("\n".join)


def by_git(message: str, *options: str) -> list[tuple[str, str]]:
    command = ["git", "interpret-trailers", "--parse", *options]
    done = subprocess.run(command, input=message.encode(), capture_output=True, check=True, cwd=Path(__file__).parent)
    # Split at line feeds alone, as git does.
    pairs = (line.partition(":") for line in done.stdout.decode().split("\n") if line)
    return [(key, value.strip(" \t\r")) for key, _, value in pairs]


def test_a_message_is_subject_body_and_trailers() -> None:
    message = with_trailers("Add\n mcp/github ", "Why.\n", [("Target", "m/claude/user"), ("Policy", "manual-review")])
    assert message == "Add mcp/github\n\nWhy.\n\nTarget: m/claude/user\nPolicy: manual-review\n"


@pytest.mark.parametrize(("body", "given", "expected"), [("", [], "s\n"), ("b", [], "s\n\nb\n"), ("", [("Base", "1")], "s\n\nBase: 1\n")])
def test_what_is_empty_leaves_no_gap(body: str, given: list[tuple[str, str]], expected: str) -> None:
    assert with_trailers("s", body, given) == expected


def test_line_ends_in_a_value_are_folded() -> None:
    message = with_trailers("s", "", [("Conflict", "env.A\nbase=1\r\n\n local=2"), ("Base", "x")])
    assert message == "s\n\nConflict: env.A\n base=1\n local=2\nBase: x\n"
    assert trailers(message) == [("Conflict", "env.A base=1 local=2"), ("Base", "x")]


@pytest.mark.parametrize("key", ["", "a b", "a:", "é", "a\n"])
def test_a_key_that_git_would_not_read_is_a_bug(key: str) -> None:
    with pytest.raises(ValueError, match="no trailer key"):
        with_trailers("s", "", [(key, "v")])


def test_a_value_cannot_smuggle_a_trailer_in() -> None:
    message = with_trailers("s\n\nPolicy: a", "b\n\nPolicy: b", [("Entity", "x\nPolicy: c\n\nPolicy: d")])
    assert [key for key, _ in trailers(message)] == ["Entity"]


@settings(max_examples=1000, deadline=None)
@given(subject=TEXT.filter(str.strip), body=TEXT, pairs=st.lists(st.tuples(KEYS, VALUES | TEXT), min_size=1, max_size=4))
def test_what_is_written_is_read_back(subject: str, body: str, pairs: list[tuple[str, str]]) -> None:
    read = trailers(with_trailers(subject, body, pairs))
    assert [(key, value.split()) for key, value in read] == [(key, value.split()) for key, value in pairs]


@settings(max_examples=60, deadline=None)
@given(subject=st.sampled_from(["s", "a: b"]), body=VALUES, pairs=st.lists(st.tuples(KEYS, VALUES), max_size=4))
def test_git_reads_what_we_write_as_we_do(subject: str, body: str, pairs: list[tuple[str, str]]) -> None:
    message = with_trailers(subject, body, pairs)
    assert trailers(message) == by_git(message)


LINES = st.sampled_from(
    ["", "", "text", "Key: value", "Other-Key : v", " more", "\tmore", "Signed-off-by: A <a@b>", "a b: c", ": x", "K:", "(cherry picked from commit 1)", "# c"]
)


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(LINES, max_size=9))
def test_any_message_is_read_as_git_reads_it(lines: list[str]) -> None:
    message = "\n".join(["subject", *lines]) + "\n"
    assert trailers(message) == by_git(message, "--no-divider")
