"""What every store does: the same claims for Git and for its double in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import Raced, Stalled
from reconciler.model.names import Revision
from reconciler.ports import Author, Store
from reconciler.store.git import GitStore
from reconciler.store.guarded import GuardedStore
from tests.fakes.store import MemoryStore
from tests.reconciler.store.repo import ANN, MAIN, saved

NOWHERE = Revision("1" * 40)


@pytest.fixture(params=["git", "memory", "guarded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "guarded":  # it finds nothing here: what it refuses is in the scenarios
        return GuardedStore(MemoryStore(), lambda _: (), lambda *_: set(), lambda *_: False)
    return GitStore.create(tmp_path / "repo.git") if request.param == "git" else MemoryStore()


def test_a_new_store_has_no_references(store: Store) -> None:
    assert store.ref(MAIN) is None
    assert store.refs("refs/") == {}


def test_a_commit_holds_the_files_that_were_put(store: Store) -> None:
    revision = saved(store, {"README.md": b"hello\n", "mcp/a/b.yaml": b"\0\xff"})
    assert store.files(revision) == {"README.md": b"hello\n", "mcp/a/b.yaml": b"\0\xff"}


def test_a_commit_changes_only_what_it_names(store: Store) -> None:
    first = saved(store, {"a": b"1", "d/b": b"2", "d/c": b"3"})
    second = saved(store, {"d/b": b"two", "d/c": None, "e/f": b"4"}, first)
    assert store.files(second) == {"a": b"1", "d/b": b"two", "e/f": b"4"}
    assert store.files(first) == {"a": b"1", "d/b": b"2", "d/c": b"3"}


def test_taking_away_what_is_not_there_changes_nothing(store: Store) -> None:
    first = saved(store, {"a": b"1"})
    assert store.files(saved(store, {"b": None, "a/c": None, "d/e": None}, first)) == {"a": b"1"}


def test_taking_the_last_file_away_leaves_an_empty_tree(store: Store) -> None:
    first = saved(store, {"d/e/f": b"1"})
    assert store.files(saved(store, {"d/e/f": None}, first)) == {}


@pytest.mark.parametrize(("before", "after"), [({"a": b"1"}, {"a": None, "a/b": b"2"}), ({"a/b": b"1"}, {"a/b": None, "a": b"2"})])
def test_a_file_and_a_folder_may_change_places(store: Store, before: dict[str, bytes], after: dict[str, bytes | None]) -> None:
    revision = saved(store, after, saved(store, before))
    assert store.files(revision) == {path: data for path, data in after.items() if data is not None}


@pytest.mark.parametrize(("before", "after"), [({"a": b"1"}, {"a/b": b"2"}), ({"a/b": b"1"}, {"a": b"2"}), ({}, {"a": b"1", "a/b": b"2"})])
def test_a_path_cannot_be_a_file_and_a_folder(store: Store, before: dict[str, bytes], after: dict[str, bytes | None]) -> None:
    first = saved(store, before)
    with pytest.raises(Stalled):
        saved(store, after, first)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "a/../b", ".git/config", "a//b", "a/", "./a", "a\nb", "a/.GIT/b", "a\\..\\b"])
def test_an_unsafe_path_is_refused(store: Store, path: str) -> None:
    with pytest.raises(Stalled):
        saved(store, {path: b"x"})


def test_the_files_that_are_given_out_cannot_be_changed(store: Store) -> None:
    files = store.files(saved(store, {"a": b"1"}))
    with pytest.raises(TypeError):
        files["a"] = b"2"  # type: ignore[index]  # that it cannot be done is the claim


def test_a_commit_is_read_back_with_all_it_was_given(store: Store) -> None:
    first = saved(store, {"a": b"1"})
    second = saved(store, {"a": b"2"}, first, message="subject\n\nTarget: x", when=1_700_000_001.9)
    read = store.read(second)
    assert (read.parents, read.message, read.subject) == ((first,), "subject\n\nTarget: x\n", "subject")
    assert read.author == Author("Ann", "ann@example.com", 1_700_000_001.0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (Author("", "", 5), Author("unknown", "unknown", 5)),
        (Author("A <b>\nc.", "<x@y>", -3), Author("A bc", "x@y", 0)),
        (Author("김\ud800", "k@e", 1), Author("김?", "k@e", 1)),
    ],
)
def test_an_author_is_made_fit_for_git(store: Store, given: Author, kept: Author) -> None:
    assert store.read(store.commit(None, {}, [], "m", given)).author == kept


def test_a_message_is_never_cut_at_a_nul(store: Store) -> None:
    assert store.read(saved(store, {}, message="a\0b\n\n")).message == "a\N{REPLACEMENT CHARACTER}b\n"


@pytest.mark.parametrize("digits", [4, 7, 12, 40])
def test_a_revision_may_be_shortened(store: Store, digits: int) -> None:
    revision = saved(store, {"a": b"1"})
    assert store.read(Revision(revision[:digits].upper())).revision == revision


@pytest.mark.parametrize("text", ["", "abc", "main", "refs/heads/main", "HEAD~1", "1" * 40, "2" * 8, "a" * 41])
def test_what_is_no_revision_stalls(store: Store, text: str) -> None:
    saved(store, {"a": b"1"})
    with pytest.raises(Stalled):
        store.read(Revision(text))


@pytest.mark.parametrize(
    "ask",
    [
        lambda store, good: store.files(NOWHERE),
        lambda store, good: list(store.history(NOWHERE)),
        lambda store, good: list(store.history(NOWHERE, first_parent=False)),
        lambda store, good: store.changes(NOWHERE, good),
        lambda store, good: store.changes(good, NOWHERE),
        lambda store, good: store.is_ancestor(NOWHERE, good),
        lambda store, good: store.commit(NOWHERE, {}, [], "m", ANN),
        lambda store, good: store.commit(None, {}, [NOWHERE], "m", ANN),
        lambda store, good: store.move_ref(MAIN, NOWHERE, None),
    ],
)
def test_every_question_about_an_unknown_revision_stalls(store: Store, ask: Callable[[Store, Revision], object]) -> None:
    good = saved(store, {"a": b"1"})
    with pytest.raises(Stalled):
        ask(store, good)


# ---------------------------------------------------------------- references


def test_a_reference_moves_when_it_is_where_it_was_expected(store: Store) -> None:
    first = saved(store, {"a": b"1"})
    second = saved(store, {"a": b"2"}, first)
    store.move_ref(MAIN, first, None)
    store.move_ref(MAIN, second, first)
    assert store.ref(MAIN) == second


@pytest.mark.parametrize("expected", [None, NOWHERE])
@pytest.mark.parametrize("is_deletion", [False, True])
def test_a_reference_that_is_elsewhere_is_raced(store: Store, expected: Revision | None, is_deletion: bool) -> None:
    first = saved(store, {"a": b"1"})
    store.move_ref(MAIN, first, None)
    with pytest.raises(Raced):
        store.move_ref(MAIN, None if is_deletion else saved(store, {"a": b"2"}, first), expected)
    assert store.ref(MAIN) == first


def test_a_reference_that_is_gone_is_raced(store: Store) -> None:
    first = saved(store, {"a": b"1"})
    with pytest.raises(Raced):
        store.move_ref(MAIN, first, first)
    assert store.refs("refs/") == {}


def test_a_deleted_reference_is_gone_and_can_be_made_again(store: Store) -> None:
    first = saved(store, {"a": b"1"})
    name = "refs/heads/changes/m/claude/user/1"
    store.move_ref(name, first, None)
    store.move_ref(name, None, first)
    assert (store.ref(name), store.refs("refs/")) == (None, {})
    store.move_ref("refs/heads/changes/m/claude", first, None)
    assert store.refs("refs/") == {"refs/heads/changes/m/claude": first}


def test_deleting_what_must_not_exist_and_does_not_is_no_error(store: Store) -> None:
    store.move_ref(MAIN, None, None)
    assert store.refs("refs/") == {}


@pytest.mark.parametrize(("first", "second"), [("refs/heads/a", "refs/heads/a/b/c"), ("refs/heads/a/b/c", "refs/heads/a")])
def test_a_reference_below_another_stalls(store: Store, first: str, second: str) -> None:
    revision = saved(store, {"a": b"1"})
    store.move_ref(first, revision, None)
    with pytest.raises(Stalled):
        store.move_ref(second, revision, None)
    assert store.refs("refs/") == {first: revision}


@pytest.mark.parametrize("name", ["main", "refs/main", "HEAD", "refs/heads/../../config", "refs/heads/a b", "refs/heads/a.lock", "refs/heads/"])
def test_what_is_no_name_of_a_reference_stalls(store: Store, name: str) -> None:
    with pytest.raises(Stalled):
        store.move_ref(name, saved(store, {"a": b"1"}), None)


def test_a_shortened_revision_is_no_place_to_move_to(store: Store) -> None:
    with pytest.raises(Stalled):
        store.move_ref(MAIN, Revision(saved(store, {"a": b"1"})[:12]), None)


def test_references_are_listed_by_the_start_of_their_name(store: Store) -> None:
    revision = saved(store, {"a": b"1"})
    for name in ("refs/heads/main", "refs/synced/m1/claude/user", "refs/synced/m10/claude/user", "refs/synced/m1/codex/user"):
        store.move_ref(name, revision, None)
    assert list(store.refs("refs/synced/m1/")) == ["refs/synced/m1/claude/user", "refs/synced/m1/codex/user"]
    assert len(store.refs("refs/synced/m1")) == 3
    assert len(store.refs("refs/")) == 4


# ---------------------------------------------------------------- history


def _merged(store: Store) -> dict[str, Revision]:
    """root ── left ── merge ── last, and root ── right ── merge; ``b`` changes on the right, ``a`` on the left and last."""
    root = saved(store, {"a": b"0", "b": b"0", "d/x": b"0"}, message="root", when=1)
    left = saved(store, {"a": b"left"}, root, message="left", when=2)
    right = saved(store, {"b": b"right", "d/x": b"right"}, root, message="right", when=3)
    merge = saved(store, {"b": b"right", "d/x": b"right"}, left, right, message="merge", when=4)
    last = saved(store, {"a": b"last", "b": None}, merge, message="last", when=5)
    return {"root": root, "left": left, "right": right, "merge": merge, "last": last}


@pytest.mark.parametrize(
    ("is_line", "path", "expected"),
    [
        (True, None, "last merge left root"),
        (False, None, "last merge right left root"),
        (True, "a", "last left root"),
        (True, "b", "last merge root"),
        (False, "b", "last merge right root"),
        (True, "d", "merge root"),
        (False, "d/x", "merge right root"),
        (True, "nowhere", ""),
        (True, "a/b", ""),
    ],
)
def test_history_goes_back_newest_first(store: Store, is_line: bool, path: str | None, expected: str) -> None:
    commits = store.history(_merged(store)["last"], first_parent=is_line, path=path)
    assert [commit.subject for commit in commits] == expected.split()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("root", "last", True), ("right", "last", True), ("last", "last", True), ("last", "root", False), ("left", "right", False)],
)
def test_a_revision_contains_itself_and_what_came_before(store: Store, old: str, new: str, expected: bool) -> None:
    made = _merged(store)
    assert store.is_ancestor(made[old], made[new]) is expected


def test_changes_are_the_files_that_differ_with_both_contents(store: Store) -> None:
    first = saved(store, {"a": b"1", "d/b": b"2", "d/c": b"3", "e": b"4"})
    second = saved(store, {"d/b": b"two", "d/c": None, "f/g/h": b"5", "e": None, "e/i": b"6"}, first)
    assert store.changes(first, second) == {
        "d/b": (b"2", b"two"),
        "d/c": (b"3", None),
        "e": (b"4", None),
        "e/i": (None, b"6"),
        "f/g/h": (None, b"5"),
    }
    assert store.changes(second, second) == {}


def test_changes_from_nothing_are_all_files(store: Store) -> None:
    assert store.changes(None, saved(store, {"d/b": b"2"})) == {"d/b": (None, b"2")}


def test_the_newest_shared_revision_of_two_branches(store: Store) -> None:
    first = saved(store, {"a": b"1"})
    fork = saved(store, {"a": b"2"}, first)
    one, other = saved(store, {"b": b"1"}, fork), saved(store, {"c": b"1"}, fork)
    assert store.shared(one, other) == fork
    assert store.shared(one, fork) == fork == store.shared(fork, one)


def test_histories_of_their_own_share_nothing(store: Store) -> None:
    assert store.shared(saved(store, {"a": b"1"}), saved(store, {"a": b"2"})) is None
