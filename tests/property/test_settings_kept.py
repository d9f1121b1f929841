"""Settings that a process has read are not read again for a commit that leaves them, and are still what that commit says."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.ports import Author
from reconciler.reconcile.centre import SETTINGS, Centre
from tests.fakes.memory import MemoryMemory
from tests.fakes.store import MemoryStore

AUTHOR = Author("ann", "ann@example.invalid", 0.0)
SAID = st.sampled_from([None, b"", b"schema: 1\n", b"schema: 2\n", b"[", b"- a\n", b"a: \xff\n", b"a: \\xff\n", b"priorities:\n  claude: 1\n", b"priorities:\n  claude: true\n"])
MACHINES = st.sampled_from([None, b"targets: {}\n"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(SAID, MACHINES), max_size=6))
def test_they_are_what_a_fresh_reading_finds(commits: list[tuple[bytes | None, bytes | None]]) -> None:
    store = MemoryStore()
    centre = Centre(store, MemoryMemory())
    for said, machine in commits:
        files = {SETTINGS: said, "machines/a.yaml": b"targets: {}\n", "machines/b.yaml": machine}
        revision = store.commit(None, files, [], "m\n", AUTHOR)
        assert repr(centre.settings(revision)) == repr(Centre(store, MemoryMemory()).settings(revision))


def test_a_commit_that_leaves_them_reads_nothing_again() -> None:
    store = MemoryStore()
    centre = Centre(store, MemoryMemory())
    one, other = (store.commit(None, {SETTINGS: b"schema: 1\n", "README.md": text}, [], "m\n", AUTHOR) for text in (b"1", b"2"))
    assert centre.settings(one).value is centre.settings(other).value
