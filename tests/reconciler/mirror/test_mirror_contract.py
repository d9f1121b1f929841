"""The mirror of Git: one contract for PostgreSQL and for the double in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reconciler.errors import Raced
from reconciler.mirror.database import Database
from reconciler.mirror.git_mirror import SqlMirror
from reconciler.model.names import Revision
from reconciler.ports import Author, Commit
from reconciler.ports.mirror import (
    AppliedEntity,
    Batch,
    EntityVersion,
    Mirror,
    MirroredChange,
    MirroredCommit,
    MirroredRef,
    MirroredReview,
    MirrorState,
)
from tests.fakes.mirror import MemoryMirror

A, B, C = (Revision(letter * 40) for letter in "abc")
REF = "refs/synced/laptop-1/claude/user"


@pytest.fixture(params=["memory", "postgresql"])
def mirror(request: pytest.FixtureRequest) -> Iterator[Mirror]:
    if request.param == "memory":
        yield MemoryMirror()
    else:
        database: Database = request.getfixturevalue("database")
        yield SqlMirror(database)


def batch(revision: Revision, number: int, parents: tuple[Revision, ...] = (), value: object = "x") -> Batch:
    commit = Commit(revision, parents, Author("Ann", "ann@laptop-1", 1_700_000_000.0), "Say x\n\nTarget: laptop-1/claude/user\n")
    made = MirroredCommit(commit, number, True, (("Target", "laptop-1/claude/user"),))
    version = EntityVersion(revision, number, "mcp/x.yaml", "mcp/x", {"command": value})
    change = MirroredChange(
        revision, number, 0, "mcp/x.yaml", "mcp/x", "command", None, value, "Ann", "claude", "laptop-1", 1_700_000_000.0
    )
    return Batch(revision, number, (made,), (version,), (change,))


def ref(revision: Revision) -> MirroredRef:
    review = MirroredReview(
        "1a2b", 0, "laptop-1/claude/user", "mcp/x", "command", "conflict", "both changed it", None, "l", ["c"], {}, None
    )
    return MirroredRef(revision, (review,), (AppliedEntity("laptop-1/claude/user", "mcp/x", A, {"command": "x"}),))


def test_an_empty_mirror_knows_nothing(mirror: Mirror) -> None:
    assert mirror.state() == MirrorState()
    assert not mirror.holds(A)


def test_what_was_added_is_there(mirror: Mirror) -> None:
    mirror.add(batch(A, 1), None, A)
    mirror.add(batch(B, 2, (A,)), A, A)
    mirror.set_refs({REF: ref(B)}, ())
    assert mirror.state() == MirrorState(A, B, 2, {REF: B})
    assert mirror.holds(A)


def test_what_does_not_follow_is_refused_whole(mirror: Mirror) -> None:
    mirror.add(batch(A, 1), None, A)
    before = mirror.digest()
    with pytest.raises(Raced):
        mirror.add(batch(C, 2, (B,)), B, A)
    assert mirror.digest() == before


def test_the_digest_tells_any_difference(mirror: Mirror) -> None:
    seen = {mirror.digest()}
    mirror.add(batch(A, 1), None, A)
    seen.add(mirror.digest())
    mirror.set_refs({REF: ref(A)}, ())
    seen.add(mirror.digest())
    mirror.set_refs({REF: ref(B)}, ())
    seen.add(mirror.digest())
    assert len(seen) == 4


def test_the_same_content_has_the_same_digest_whatever_came_between(mirror: Mirror) -> None:
    mirror.add(batch(A, 1), None, A)
    before = mirror.digest()
    mirror.set_refs({REF: ref(A)}, ())
    mirror.set_refs({}, [REF])
    assert mirror.digest() == before


def test_all_can_be_forgotten(mirror: Mirror) -> None:
    empty = mirror.digest()
    mirror.add(batch(A, 1), None, A)
    mirror.set_refs({REF: ref(A)}, ())
    mirror.forget()
    assert (mirror.state(), mirror.digest()) == (MirrorState(), empty)


def test_a_transaction_that_is_not_kept_leaves_all_as_it_was(mirror: Mirror) -> None:
    mirror.add(batch(A, 1), None, A)
    before = mirror.digest()
    with mirror.together(is_kept=False) as one:
        one.forget()
        assert one.digest() != before
    assert mirror.digest() == before


def test_a_transaction_that_is_kept_stays(mirror: Mirror) -> None:
    mirror.add(batch(A, 1), None, A)
    with mirror.together(is_kept=True) as one:
        one.forget()
        one.add(batch(B, 1), None, B)
    assert mirror.state() == MirrorState(B, B, 1)


@pytest.mark.parametrize(
    "value", ["zero \x00 in it", "half a pair \ud83d", float("nan"), 10**40, {"\x00": ["\udc80"]}, None, True, "", "日本"]
)
def test_every_value_of_a_client_can_be_mirrored(mirror: Mirror, value: object) -> None:
    mirror.add(batch(A, 1, value=value), None, A)
    assert mirror.holds(A)
