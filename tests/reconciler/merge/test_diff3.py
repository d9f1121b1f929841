"""Taking one change back, where it still stands, among others."""

from __future__ import annotations

import pytest

from reconciler.merge.diff3 import taken_back


@pytest.mark.parametrize(
    ("ours", "old", "here", "expected"),
    [
        ("abXc", "abc", "abXc", "abc"),  # ours alone
        ("abXc", "abc", "dabXce", "dabce"),  # others around it
        ("aXb", "ab", "aXdb", "adb"),  # another right behind it
        ("ab", "axb", "abc", "axbc"),  # what we took away
        ("aXb", "aob", "aXYb", "aoYb"),  # what we replaced
        ("aXYb", "ab", "aXdYb", "aXdYb"),  # no longer as we left it: stays
        ("a-X-", "a-", "a-Xd-", "ad-"),  # the same lines may go from either end
        ("", "a", "", "a"),
        ("a\n", "a", "a\nb\n", "a\nb\n"),  # the end of a line behind which something stands now
        ("aX\n", "a", "aX\n", "a"),
    ],
)
def test_what_we_changed_goes_back_and_what_others_did_stays(ours: str, old: str, here: str, expected: str) -> None:
    assert "".join(taken_back(ours, old, here)) == expected
