from __future__ import annotations

import pytest

from reconciler.merge.diff3 import merged_lines
from reconciler.merge.sections import document
from reconciler.merge.text import merged_text


@pytest.mark.parametrize(
    ("base", "local", "central", "expected"),
    [
        ("abcde", "aBcde", "abcdE", "aBcdE"),
        ("abcde", "acde", "abcdef", "acdef"),
        ("abcde", "aXcde", "aXcde", "aXcde"),
        ("abcde", "aXcde", "aYcde", None),
        ("abcde", "aXcde", "abYde", None),  # neighbours
        ("abc", "abcX", "abcY", None),
        ("abc", "Xabc", "abcY", "XabcY"),
        ("abc", "", "abXc", None),
        ("abc", "", "", ""),
        ("", "a", "", "a"),
        ("abcdef", "Xbcdef", "abcdeY", "XbcdeY"),
        ("abcdef", "aXYZdef", "abcdeQ", "aXYZdeQ"),
    ],
)
def test_each_way_lines_can_change(base, local, central, expected):
    assert merged_lines(base, local, central) == (None if expected is None else list(expected))
    assert merged_lines(base, central, local) == (None if expected is None else list(expected))


@pytest.mark.parametrize(
    ("local", "central", "expected"),
    [
        ("# A\nONE\n\n# B\ntwo\n", "# A\none\n\n# B\nTWO\n", "# A\nONE\n\n# B\nTWO\n"),
        ("# A\none\n\n# B\ntwo\n\n# C\nc\n", "# A\none\n\n# B\ntwo\n\n# D\nd\n", "# A\none\n\n# B\ntwo\n\n# C\nc\n\n# D\nd\n"),
        ("# A\none\n\n# B\ntwo\n\n# C\nc\n", "# A\none\n\n# B\nTWO\n", "# A\none\n\n# B\nTWO\n\n# C\nc\n"),
        ("# B\ntwo\n", "# A\none\n\n# B\nTWO\n", "# B\nTWO\n"),
        ("# A\none\n", "# A\nONE\n\n# B\ntwo\n", "# A\nONE\n"),
        ("# A\none\n", "# A\none\n\n# B\ntwo\n\n# C\nc\n", "# A\none\n\n# C\nc\n"),
        ("# B\ntwo\n\n# A\none\n", "# A\nONE\n\n# B\ntwo\n", "# B\ntwo\n\n# A\nONE\n"),
        ("intro\n\n# A\none\n\n# B\ntwo\n", "# A\none\n\n# B\nTWO\n", "intro\n\n# A\none\n\n# B\nTWO\n"),
        ("# A\none\n## A1\nx\n\n# B\ntwo\n", "# A\none\n\n# A0\nnew\n\n# B\ntwo\n", "# A\none\n## A1\nx\n\n# A0\nnew\n\n# B\ntwo\n"),
        ("# A\none\n## Z\nx\n\n# B\ntwo\n", "# A\none\n\n# 0\nnew\n\n# B\ntwo\n", "# A\none\n## Z\nx\n\n# 0\nnew\n\n# B\ntwo\n"),
        ("# A\nONE\n\n# B\ntwo", "# A\none\n\n# B\ntwo\n\n", "# A\nONE\n\n# B\ntwo\n\n"),
    ],
)
def test_sections_are_merged_one_by_one(local, central, expected):
    assert merged_text("# A\none\n\n# B\ntwo\n", local, central) == expected
    assert merged_text("# A\none\n\n# B\ntwo\n", central, local) == merged_text("# A\none\n\n# B\ntwo\n", local, central)


@pytest.mark.parametrize(
    ("local", "central"),
    [
        ("# A\nONE\n\n# B\ntwo\n", "# A\nuno\n\n# B\ntwo\n"),  # the same line
        ("# B\ntwo\n", "# A\nONE\n\n# B\ntwo\n"),  # removed here, changed there
        ("# X\none\n\n# B\ntwo\n", "# A\nONE\n\n# B\ntwo\n"),  # renamed here, changed there
        ("# A\none\n\n# B\ntwo\n\n# C\nx\n", "# A\none\n\n# B\ntwo\n\n# C\ny\n"),  # the same new section, differently
        ("# B\ntwo\n", "# A\none\n\n## A1\nnew\n\n# B\ntwo\n"),  # a new section below one that is gone
    ],
)
def test_what_touches_in_a_section_is_a_conflict(local, central):
    assert merged_text("# A\none\n\n# B\ntwo\n", local, central) is None


def test_both_sides_moving_sections_differently_is_a_conflict():
    assert merged_text("# A\n\n# B\n\n# C\n", "# B\n\n# A\n\n# C\n", "# A\n\n# C\n\n# B\n") is None


@pytest.mark.parametrize("fence", ["```", "~~~", "````"])
def test_a_comment_in_a_code_block_is_no_heading(fence):
    whole = document(f"# A\n{fence}sh\n# not a heading\n{fence}\n# B")
    assert list(whole.sections) == [("# A",), ("# B",)]


def test_headings_of_the_same_name_below_different_ones_are_different_sections():
    whole = document("# A\n## Usage\n# B\n## Usage\n")
    assert list(whole.sections) == [("# A",), ("# A", "## Usage"), ("# B",), ("# B", "## Usage")]


def test_a_text_with_two_sections_of_one_name_is_merged_as_lines():
    base = "# A\none\n# A\ntwo\n# C\nthree"
    assert document(base) is None
    assert merged_text(base, base.replace("one", "ONE"), base.replace("three", "THREE")) == "# A\nONE\n# A\ntwo\n# C\nTHREE"


def test_carriage_returns_stay():
    assert merged_text("# A\r\nx\r\n# B\r\ny\r\n", "# A\r\nX\r\n# B\r\ny\r\n", "# A\r\nx\r\n# B\r\nY\r\n") == "# A\r\nX\r\n# B\r\nY\r\n"
