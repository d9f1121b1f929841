from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import pytest

from reconciler.reconcile.snapshots import difference

LINES = [f"line {number}\n" for number in range(200)]


@pytest.mark.parametrize(
    ("first", "last", "new"),
    [
        (100, 101, ["other\n"]),
        (0, 1, ["other\n"]),
        (199, 200, ["other\n"]),
        (100, 120, []),
        (100, 100, ["more\n"] * 3),
        (0, 0, ["more\n"]),
        (200, 200, ["more\n"]),
        (0, 200, []),
    ],
)
def test_a_difference_is_told_as_one_of_the_whole_texts(first: int, last: int, new: list[str]) -> None:
    after = [*LINES[:first], *new, *LINES[last:]]
    told = difference("".join(LINES), "".join(after))
    assert told == "".join(difflib.unified_diff(LINES, after, "before", "after"))


def test_two_changes_far_apart_are_two_hunks() -> None:
    after = [*LINES[:20], "one\n", *LINES[21:150], "two\n", *LINES[151:]]
    assert difference("".join(LINES), "".join(after)) == "".join(difflib.unified_diff(LINES, after, "before", "after"))


def test_lines_that_repeat_are_put_where_they_belong(tmp_path: Path) -> None:
    before, after = LINES[:9] * 3, LINES[:9] * 2 + LINES[5:9] + LINES[:9]
    (tmp_path / "before").write_text("".join(before))
    told = difference("".join(before), "".join(after))
    subprocess.run(["git", "apply", "-p0", "-"], cwd=tmp_path, input=told.replace("+++ after", "+++ before"), text=True, check=True)
    assert (tmp_path / "before").read_text() == "".join(after)


def test_the_first_snapshot_is_new_as_a_whole() -> None:
    assert difference("", "{\n}\n") == "--- before\n+++ after\n@@ -0,0 +1,2 @@\n+{\n+}\n"
